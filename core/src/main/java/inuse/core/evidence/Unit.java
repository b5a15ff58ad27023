package inuse.core.evidence;

/**
 * A systemd service unit.
 *
 * @param name made only of characters that systemd allows in one
 * @param user whether a user's own manager runs it
 */
public record Unit(String name, boolean user) {}

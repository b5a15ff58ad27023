package inuse.core.evidence;

import java.util.List;

/**
 * A systemd socket unit that listens on the port.
 *
 * @param name made only of characters that systemd allows in one
 * @param user whether a user's own manager runs it
 * @param services the units that it starts, made only of such characters
 */
public record SocketUnit(String name, boolean user, List<String> services) {
  public SocketUnit {
    services = List.copyOf(services);
  }
}

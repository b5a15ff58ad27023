package inuse.core.evidence;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A systemd service unit.
 *
 * @param name made only of characters that systemd allows in one
 * @param user whether a user's own manager runs it
 * @param main its main and its control process, where one runs: what else is in its control group
 *     are workers of the main process, or what a job left behind
 * @param details what its manager reported
 */
public record Unit(String name, boolean user, Reading<Set<Pid>> main, Optional<Details> details) {
  /** A unit of which only the name is known. */
  public Unit(String name, boolean user) {
    this(name, user, Reading.unknown(Reading.Why.NOT_ASKED), Optional.empty());
  }

  /** Whether it is that unit, of the same kind of manager. */
  public boolean is(Unit other) {
    return name.equals(other.name) && user == other.user;
  }

  /**
   * What systemctl(1) shows.
   *
   * @param state its ActiveState, a word such as {@code active} or {@code failed}
   * @param killMode what ends with it
   * @param restart the setting Restart= of systemd.service(5), a word
   * @param restarts how often the manager has restarted it
   * @param triggeredBy the units that start it again when it is stopped, such as a socket
   */
  public record Details(
      String state, KillMode killMode, String restart, long restarts, List<String> triggeredBy) {
    /** States of a unit that has been started; "activating" may be its wait for a restart. */
    private static final Set<String> ACTIVE = Set.of("active", "reloading", "refreshing");

    public Details {
      triggeredBy = List.copyOf(triggeredBy);
    }

    /** Whether it runs or has run; not while it waits to be restarted. */
    public boolean active() {
      return ACTIVE.contains(state);
    }
  }
}

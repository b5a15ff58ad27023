package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * A systemd service unit.
 *
 * @param name made only of characters that systemd allows in one
 * @param user whether a user's own manager runs it
 * @param details what its manager reported
 */
public record Unit(String name, boolean user, Optional<Details> details) {
  /** A unit of which only the name is known. */
  public Unit(String name, boolean user) {
    this(name, user, Optional.empty());
  }

  /**
   * What systemctl(1) shows.
   *
   * @param restart the setting Restart= of systemd.service(5), a word
   * @param restarts how often the manager has restarted it
   * @param triggeredBy the units that start it again when it is stopped, such as a socket
   */
  public record Details(String restart, long restarts, List<String> triggeredBy) {
    public Details {
      triggeredBy = List.copyOf(triggeredBy);
    }
  }
}

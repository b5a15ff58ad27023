package inuse.core.evidence;

import java.util.Optional;

/**
 * In whose charge a process is, besides its unit and its container.
 *
 * @param processManager the process above it that keeps it
 * @param proxy what it is to a container, when it only forwards to one
 * @param init whether it is a service manager itself
 */
public record Supervision(
    Optional<ProcessManager> processManager, Optional<PortProxy> proxy, Optional<Init> init) {
  /** A process in nobody's charge. */
  public static final Supervision NONE =
      new Supervision(Optional.empty(), Optional.empty(), Optional.empty());

  /** A systemd that holds sockets for its units. */
  public enum Init {
    /** PID 1. */
    SYSTEM,
    /** A user's own. */
    USER
  }
}

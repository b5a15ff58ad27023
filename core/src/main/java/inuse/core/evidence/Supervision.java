package inuse.core.evidence;

import java.util.Optional;

/**
 * What is in charge of a process besides its unit and its container.
 *
 * @param processManager the ancestor that keeps it running
 * @param proxy its container, when it only forwards to one
 * @param init whether it is a service manager itself
 * @param office what else it is for, where more than the port goes down with it
 */
public record Supervision(
    Optional<Statement<ProcessManager>> processManager,
    Optional<Statement<PortProxy>> proxy,
    Optional<Init> init,
    Optional<Statement<Office>> office) {
  /** Nothing else is in charge of the process. */
  public static final Supervision NONE =
      new Supervision(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** A systemd that holds sockets for its units. */
  public enum Init {
    /** PID 1. */
    SYSTEM,
    /** A user's own. */
    USER
  }
}

package inuse.core.evidence;

import java.util.Optional;

/**
 * In whose charge a process is, besides its unit and its container.
 *
 * @param overseer the process above it that keeps it
 * @param forwarder what it is to a container, when it only forwards to one
 * @param manager whether it is a service manager itself
 */
public record Charge(
    Optional<Overseer> overseer, Optional<Forwarder> forwarder, Optional<Init> manager) {
  /** A process in nobody's charge. */
  public static final Charge NONE =
      new Charge(Optional.empty(), Optional.empty(), Optional.empty());

  /** A systemd that holds sockets for its units. */
  public enum Init {
    /** PID 1. */
    SYSTEM,
    /** A user's own. */
    USER
  }
}

package inuse.run.guard;

import inuse.run.process.TaskRights;

/**
 * A call that the kernel would refuse. Calls that are equal in this are resolved at once.
 *
 * @param rights of the task that makes it
 */
public record Refusal(RefusedAddress address, Reason reason, TaskRights rights) {
  /** With which errno. */
  public enum Reason {
    /** EADDRINUSE. */
    IN_USE,
    /** EADDRNOTAVAIL. */
    NOT_LOCAL,
    /** EACCES or EPERM. */
    DENIED
  }

  Refusal restricted() {
    return new Refusal(address, reason, rights.restricted());
  }
}

package inuse.run.guard;

import inuse.run.handover.RefusedBind;

/** Applies the policy to a refusal, in a process of its own: it may take long. */
public interface ConflictProcess {
  /**
   * Starts it.
   *
   * @return the pid of the child, which ends when the call may go on; nothing positive where none
   *     could be started, or nothing is to be done
   */
  int start(RefusedBind refused);
}

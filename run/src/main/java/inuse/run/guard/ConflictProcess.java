package inuse.run.guard;

import inuse.run.handover.RefusedBind;

/** Applies the policy to a refused bind, in a process of its own, since it may take long. */
public interface ConflictProcess {
  /**
   * Starts it.
   *
   * @return the pid of the child, which ends when the call may continue; zero or negative where
   *     none could be started, or nothing is to be done
   */
  int start(RefusedBind refused);
}

package inuse.run.guard;

import inuse.run.handover.RefusedBind;
import inuse.run.process.TaskRights;

/** Applies the policy to a refused bind, in a process of its own, since it may take long. */
public interface ConflictProcess {
  /**
   * Starts it.
   *
   * @param binder the thread that binds
   * @param rights of the task that binds: it must act with no more
   * @return the pid of the child, which ends when the call may continue; zero or negative where
   *     none could be started, or nothing is to be done
   */
  int start(RefusedBind refused, int binder, TaskRights rights);
}

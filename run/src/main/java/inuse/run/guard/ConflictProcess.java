package inuse.run.guard;

/** Applies the policy to a refused bind, in a process of its own, since it may take long. */
public interface ConflictProcess {
  /**
   * Starts it.
   *
   * @param refusal whoever acts for it must have no more than its rights
   * @param binder the thread that binds
   * @return the pid of the child, which ends when the call may continue; zero or negative where
   *     none could be started, or nothing is to be done
   */
  int start(Refusal refusal, int binder);
}

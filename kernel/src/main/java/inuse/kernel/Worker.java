package inuse.kernel;

import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.SIGKILL;
import static inuse.kernel.abi.Constants.WEXITED;

/**
 * A copy of this process that does a part of its work and tells the results through a pipe. It ends
 * with its work, with this process, or when this is closed, which reaps it.
 */
public final class Worker implements AutoCloseable {
  private final SystemCalls calls;
  private final int pidfd;
  private final int results;

  private Worker(SystemCalls calls, int pidfd, int results) {
    this.calls = calls;
    this.pidfd = pidfd;
    this.results = results;
  }

  /** What a worker does. It changes nothing but its own memory. */
  public interface Work {
    void run(Results results);
  }

  /** Where a worker tells its results. */
  public interface Results {
    /** Writes all of that; false where nobody reads it any more. */
    boolean tell(byte[] bytes);
  }

  /**
   * Starts one.
   *
   * @return the failure of fork(2), ENOSYS in a JVM; or of another call, where a worker could not
   *     be supervised
   */
  public static CallResult<Worker> start(SystemCalls calls, Work work) {
    // A kernel without pidfds offers no way to await, or to end, just this child and no other.
    int self = calls.pidfdOpen(calls.getPid(), 0);
    if (self < 0) {
      return CallResult.failed("pidfd_open", "self", self);
    }
    calls.close(self);
    int[] pipe = new int[2];
    int piped = calls.pipe(pipe, O_CLOEXEC);
    if (piped < 0) {
      return CallResult.failed("pipe2", "results", piped);
    }
    int pid = calls.fork(() -> work.run(bytes -> WholeWrite.of(calls, pipe[1], bytes) == 0));
    calls.close(pipe[1]);
    int pidfd = pid < 0 ? pid : calls.pidfdOpen(pid, 0);
    if (pidfd < 0) {
      calls.close(pipe[0]);
      return CallResult.failed(pid < 0 ? "fork" : "pidfd_open", "worker", pidfd);
    }
    return new CallResult.Ok<>(new Worker(calls, pidfd, pipe[0]));
  }

  /** The pipe with its results; at end of file when it has ended. */
  public int results() {
    return results;
  }

  /** Ends the worker where it has not ended, and waits for it. */
  @Override
  public void close() {
    calls.pidfdSendSignal(pidfd, SIGKILL);
    calls.waitFor(pidfd, new byte[ChildChange.BYTES], WEXITED);
    calls.close(results);
    calls.close(pidfd);
  }
}

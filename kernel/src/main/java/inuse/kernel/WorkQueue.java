package inuse.kernel;

import static inuse.kernel.abi.Constants.O_CLOEXEC;

/**
 * The numbers of pieces of work, each of which one of several workers takes. They are in a pipe
 * that all have, of which a read takes a number as a whole.
 */
public final class WorkQueue implements AutoCloseable {
  /** What fits into a pipe of the least size, a page (pipe(7)). */
  public static final int MOST = 1024;

  private final SystemCalls calls;
  private final int pipe;

  private WorkQueue(SystemCalls calls, int pipe) {
    this.calls = calls;
    this.pipe = pipe;
  }

  /**
   * A queue of the numbers from zero on.
   *
   * @param count how many, at most {@link #MOST}
   */
  public static CallResult<WorkQueue> of(SystemCalls calls, int count) {
    int[] ends = new int[2];
    int piped = calls.pipe(ends, O_CLOEXEC);
    if (piped < 0) {
      return CallResult.failed("pipe2", "queue", piped);
    }
    byte[] numbers = new byte[Integer.BYTES * count];
    for (int i = 0; i < count; i++) {
      Bytes.putInt(numbers, Integer.BYTES * i, i);
    }
    int written = WholeWrite.of(calls, ends[1], numbers);
    calls.close(ends[1]);
    if (written < 0) {
      calls.close(ends[0]);
      return CallResult.failed("write", "queue", written);
    }
    return new CallResult.Ok<>(new WorkQueue(calls, ends[0]));
  }

  /** Takes the next number; -1 where there is none. */
  public int next() {
    byte[] number = new byte[Integer.BYTES];
    return calls.read(pipe, number) == number.length ? Bytes.getInt(number, 0) : -1;
  }

  @Override
  public void close() {
    calls.close(pipe);
  }
}

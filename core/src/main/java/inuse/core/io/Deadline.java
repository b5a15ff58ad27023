package inuse.core.io;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.kernel.SystemCalls;
import java.time.Duration;

/** The time by which an answer is returned, complete or not. */
public final class Deadline {
  /** For one dump, which takes milliseconds if the kernel answers at all. */
  public static final Duration OF_A_DUMP = Duration.ofSeconds(3);

  /** For one whole question on a host of usual size. */
  public static final Duration OF_A_QUESTION = Duration.ofSeconds(10);

  /**
   * What is added for each piece that was read: some ten times what it takes on a quiet host, so
   * that a large host gets as much time as there is to read, and one that answers nothing does not.
   */
  static final Duration OF_A_PIECE = Duration.ofMillis(4);

  private final SystemCalls calls;
  private final long pieceNanos;
  private long endNanos;

  /** One that stays as it is, from now on. */
  public Deadline(SystemCalls calls, Duration time) {
    this(calls, time, Duration.ZERO);
  }

  private Deadline(SystemCalls calls, Duration time, Duration piece) {
    this.calls = calls;
    pieceNanos = piece.toNanos();
    endNanos = calls.clockNanos(CLOCK_MONOTONIC) + time.toNanos();
  }

  /** One that grows with what has to be read. */
  static Deadline growing(SystemCalls calls) {
    return new Deadline(calls, OF_A_QUESTION, OF_A_PIECE);
  }

  /** A piece of what grows with the host was read: a table of descriptors, or a few hundred. */
  public void grow() {
    endNanos += pieceNanos;
  }

  public boolean isOver() {
    return calls.clockNanos(CLOCK_MONOTONIC) >= endNanos;
  }

  /** The end of a part of the work, on CLOCK_MONOTONIC. */
  public long soonerNanos(Duration time) {
    return Math.min(endNanos, calls.clockNanos(CLOCK_MONOTONIC) + time.toNanos());
  }
}

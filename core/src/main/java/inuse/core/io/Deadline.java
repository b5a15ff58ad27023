package inuse.core.io;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.kernel.SystemCalls;
import java.time.Duration;

/** The time by which an answer is returned, complete or not. */
public final class Deadline {
  /** For one whole question. */
  public static final Duration OF_A_QUESTION = Duration.ofSeconds(10);

  /** For one dump, which takes milliseconds if the kernel answers at all. */
  public static final Duration OF_A_DUMP = Duration.ofSeconds(3);

  private final SystemCalls calls;
  private final long endNanos;

  public Deadline(SystemCalls calls, Duration time) {
    this.calls = calls;
    endNanos = calls.clockNanos(CLOCK_MONOTONIC) + time.toNanos();
  }

  public boolean isOver() {
    return calls.clockNanos(CLOCK_MONOTONIC) >= endNanos;
  }

  /** The end of a part of the work, on CLOCK_MONOTONIC. */
  public long soonerNanos(Duration time) {
    return Math.min(endNanos, calls.clockNanos(CLOCK_MONOTONIC) + time.toNanos());
  }
}

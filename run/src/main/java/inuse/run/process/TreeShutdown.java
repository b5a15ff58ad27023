package inuse.run.process;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.SIGKILL;
import static inuse.kernel.abi.Constants.SIGTERM;

import inuse.kernel.SystemCalls;
import java.time.Duration;

/**
 * Stops the processes that a program has left running: SIGTERM, SIGKILL after the grace, and a
 * limited wait.
 */
public final class TreeShutdown {
  /** Limit of the wait after SIGKILL, for processes in uninterruptible sleep. */
  private static final Duration AFTER_KILL = Duration.ofSeconds(5);

  private final SystemCalls calls;
  private final ProcessTree tree;
  private final Duration grace;
  private long killAt = Long.MAX_VALUE;
  private long leaveAt = Long.MAX_VALUE;

  public TreeShutdown(SystemCalls calls, ProcessTree tree, Duration grace) {
    this.calls = calls;
    this.tree = tree;
    this.grace = grace;
  }

  public boolean isBegun() {
    return killAt != Long.MAX_VALUE;
  }

  public void begin() {
    if (!isBegun()) {
      killAt = calls.clockNanos(CLOCK_MONOTONIC) + grace.toNanos();
    }
  }

  /** Sends the signal that is due to every process; new ones may appear at any time. */
  public void signal() {
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    if (leaveAt == Long.MAX_VALUE && now >= killAt) {
      tree.forget();
      leaveAt = now + AFTER_KILL.toNanos();
    }
    tree.signal(leaveAt == Long.MAX_VALUE ? SIGTERM : SIGKILL);
  }

  public boolean isGraceOver() {
    return calls.clockNanos(CLOCK_MONOTONIC) >= killAt;
  }

  public boolean isTimeToLeave() {
    return calls.clockNanos(CLOCK_MONOTONIC) >= leaveAt;
  }
}

package inuse.run.process;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.SIGKILL;
import static inuse.kernel.abi.Constants.SIGTERM;

import inuse.kernel.SystemCalls;
import java.time.Duration;

/** Stops what a program has left behind: SIGTERM, after the grace SIGKILL, and no endless wait. */
public final class Leftovers {
  /** What sleeps uninterruptibly after SIGKILL is not waited for longer. */
  private static final Duration AFTER_KILL = Duration.ofSeconds(5);

  private final SystemCalls calls;
  private final Family family;
  private final Duration grace;
  private long killAt = Long.MAX_VALUE;
  private long leaveAt = Long.MAX_VALUE;

  public Leftovers(SystemCalls calls, Family family, Duration grace) {
    this.calls = calls;
    this.family = family;
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

  /** Sends whoever is there what is due; new ones may come up at any time. */
  public void signal() {
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    if (leaveAt == Long.MAX_VALUE && now >= killAt) {
      family.forget();
      leaveAt = now + AFTER_KILL.toNanos();
    }
    family.signal(leaveAt == Long.MAX_VALUE ? SIGTERM : SIGKILL);
  }

  public boolean isGraceOver() {
    return calls.clockNanos(CLOCK_MONOTONIC) >= killAt;
  }

  public boolean isTimeToLeave() {
    return calls.clockNanos(CLOCK_MONOTONIC) >= leaveAt;
  }
}

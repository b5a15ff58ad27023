package inuse.core.fix;

import java.time.Duration;
import java.util.Optional;

/** The time that freeing an address may take, and whether the user has interrupted it. */
final class RunClock {
  private final Effects effects;
  private final long deadline;
  private boolean interrupted;

  /**
   * A clock that starts now.
   *
   * @param timeout for everything; empty for no limit
   */
  RunClock(Effects effects, Optional<Duration> timeout) {
    this.effects = effects;
    long now = effects.nowMillis();
    deadline = timeout.map(most -> now + most.toMillis()).orElse(Long.MAX_VALUE);
  }

  boolean isOver() {
    return effects.nowMillis() >= deadline;
  }

  /** The wanted time, or what is left. */
  Duration most(Duration wanted) {
    long left = Math.max(0, deadline - effects.nowMillis());
    return left < wanted.toMillis() ? Duration.ofMillis(left) : wanted;
  }

  /** The point of time after the wanted time, or after what is left. */
  long after(Duration wanted) {
    return effects.nowMillis() + most(wanted).toMillis();
  }

  /** Waits until something happens, at most so long. */
  void await(Duration most) {
    interrupted |= effects.await(most) == Effects.Event.INTERRUPTED;
  }

  /** Waits whatever happens, unless that is an interruption. */
  void pause(Duration time) {
    long end = effects.nowMillis() + time.toMillis();
    while (!interrupted && effects.nowMillis() < end) {
      await(Duration.ofMillis(end - effects.nowMillis()));
    }
  }

  /** Takes the end of another wait into account. */
  Waiter.End ended(Waiter.End end) {
    interrupted |= end == Waiter.End.INTERRUPTED;
    return end;
  }

  boolean isInterrupted() {
    return interrupted;
  }

  /** The same as of now: not every act reports an interruption. */
  boolean isInterruptedNow() {
    if (!interrupted) {
      await(Duration.ZERO);
    }
    return interrupted;
  }
}

package inuse.run;

import java.time.Duration;

/**
 * The delay before a program is restarted: none the first time, so that a program that was merely
 * told to end is back at once, and then growing.
 */
final class BackOff {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** A run this long resets the delay. */
  private static final Duration RECOVERED = Duration.ofSeconds(10);

  private Duration next = Duration.ZERO;

  /** The next delay, after a run of that duration. */
  Duration after(long ranNanos) {
    Duration now = ranNanos >= RECOVERED.toNanos() ? Duration.ZERO : next;
    Duration longer = now.isZero() ? FIRST : now.multipliedBy(2);
    next = longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    return now;
  }
}

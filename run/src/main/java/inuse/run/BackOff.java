package inuse.run;

import java.time.Duration;

/**
 * How long to wait before a program is started again: not at all the first time, so that a program
 * that is merely told to end is there again at once, and then longer and longer.
 */
final class BackOff {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** Whoever has run for so long has got over whatever it was. */
  private static final Duration RECOVERED = Duration.ofSeconds(10);

  private Duration next = Duration.ZERO;

  /** The next pause, after a run that took so long. */
  Duration after(long ranNanos) {
    Duration now = ranNanos >= RECOVERED.toNanos() ? Duration.ZERO : next;
    Duration longer = now.isZero() ? FIRST : now.multipliedBy(2);
    next = longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    return now;
  }
}

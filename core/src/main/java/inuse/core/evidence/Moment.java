package inuse.core.evidence;

import java.time.Duration;

/**
 * A point in time. Not an Instant, whose text would bring every calendar and locale into the
 * executable.
 *
 * @param epochMillis milliseconds since 1970-01-01T00:00:00Z
 */
public record Moment(long epochMillis) {
  /** The time from this to a later moment; never negative, though clocks may be set back. */
  public Duration until(Moment later) {
    return Duration.ofMillis(Math.max(0, later.epochMillis - epochMillis));
  }
}

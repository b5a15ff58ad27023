package inuse.core.ask.input;

import java.time.Duration;
import java.util.Optional;

/** A length of time as people write it: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}. */
public final class DurationWord {
  /** A year, the longest time that is accepted. */
  private static final long MAX_MILLIS = 365L * 24 * 3600 * 1000;

  /** More than any number of units in a year has. */
  private static final int MAX_DIGITS = 18;

  private DurationWord() {}

  /** The length; a number alone is seconds, and anything else is not one. */
  public static Optional<Duration> parse(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unit =
        switch (text.substring(digits)) {
          case "ms" -> 1;
          case "", "s" -> 1000;
          case "m", "min" -> 60_000;
          case "h" -> 3_600_000;
          default -> 0;
        };
    if (digits == 0 || digits > MAX_DIGITS || unit == 0) {
      return Optional.empty();
    }
    long number = Long.parseLong(text.substring(0, digits));
    return number > MAX_MILLIS / unit
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(number * unit));
  }
}

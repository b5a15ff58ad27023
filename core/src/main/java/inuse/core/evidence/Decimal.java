package inuse.core.evidence;

import java.util.Optional;

/** Parser of unsigned numbers in what people write. */
public final class Decimal {
  private static final int MAX_DIGITS = 10;

  private Decimal() {}

  /** The number, if it is from 0 to {@code most}. */
  public static Optional<Integer> parse(String text, int most) {
    if (text.isEmpty() || text.length() > MAX_DIGITS) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return Optional.empty();
      }
      value = value * 10 + (c - '0');
    }
    return value > most ? Optional.empty() : Optional.of((int) value);
  }
}

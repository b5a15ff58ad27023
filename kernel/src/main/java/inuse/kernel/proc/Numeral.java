package inuse.kernel.proc;

import java.util.OptionalLong;

/** Unsigned numbers in the kernel's texts. */
public final class Numeral {
  private Numeral() {}

  /** A decimal number of 32 bits, such as a uid; empty where the text is anything else. */
  static OptionalLong decimal32(String text) {
    OptionalLong value = decimal(text);
    return value.orElse(0) > 0xffffffffL ? OptionalLong.empty() : value;
  }

  /** A decimal number below 2^63; empty where the text is anything else. */
  public static OptionalLong decimal(String text) {
    return parse(text, 0, text.length(), 10);
  }

  /** A hexadecimal number below 2^63; empty where the text is anything else. */
  public static OptionalLong hexadecimal(String text) {
    return parse(text, 0, text.length(), 16);
  }

  /** A number in base 8, 10 or 16 between two indices. */
  public static OptionalLong parse(String text, int from, int to, int radix) {
    if (from >= to) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = digit(text.charAt(i), radix);
      if (digit < 0 || value > (Long.MAX_VALUE - digit) / radix) {
        return OptionalLong.empty();
      }
      value = value * radix + digit;
    }
    return OptionalLong.of(value);
  }

  private static int digit(char c, int radix) {
    int digit = -1;
    if (c >= '0' && c <= '9') {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    }
    return digit < radix ? digit : -1;
  }
}

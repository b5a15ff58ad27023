package inuse.core.ask.supervision;

import inuse.kernel.netfilter.Expression;
import java.util.Arrays;

/**
 * What the packet filter's registers hold while a rule looks at a packet of which only some bytes
 * are known.
 */
final class FilterRegisters {
  /** A byte that is not known. */
  private static final int UNKNOWN = -1;

  /** Marks a byte of the destination port. */
  private static final int OF_PORT = 0x100;

  private static final int BYTE = 0xff;

  /** Values are padded to it with zeros. */
  private static final int WORD = 4;

  /** The answer of a comparison. */
  enum Answer {
    NO,
    MAYBE,
    YES;

    Answer inverted(boolean really) {
      return !really || this == MAYBE ? this : this == NO ? YES : NO;
    }
  }

  private final int[] bytes;

  FilterRegisters() {
    bytes = new int[Expression.REGISTER_BYTES];
    Arrays.fill(bytes, UNKNOWN);
  }

  private FilterRegisters(int[] bytes) {
    this.bytes = bytes;
  }

  FilterRegisters copy() {
    return new FilterRegisters(Arrays.copyOf(bytes, bytes.length));
  }

  void forget() {
    Arrays.fill(bytes, UNKNOWN);
  }

  void forget(int at, int length) {
    for (int i = 0; i < length; i++) {
      put(at + i, UNKNOWN);
    }
    pad(at, length);
  }

  void load(int at, String value) {
    for (int i = 0; i < value.length(); i++) {
      put(at + i, value.charAt(i) & BYTE);
    }
    pad(at, value.length());
  }

  void loadByte(int at, char value) {
    put(at, value & BYTE);
  }

  /** A byte of the destination port. */
  void loadPortByte(int at, char value) {
    put(at, (value & BYTE) | OF_PORT);
  }

  private void pad(int at, int length) {
    for (int i = length; i % WORD != 0; i++) {
      put(at + i, 0);
    }
  }

  private void put(int at, int value) {
    if (at < bytes.length) {
      bytes[at] = value;
    }
  }

  void mask(int from, int to, String mask, String flips) {
    for (int i = 0; i < mask.length(); i++) {
      int value = at(from + i);
      int known = mask.charAt(i) & BYTE;
      int flip = flips.charAt(i) & BYTE;
      if (value != UNKNOWN) {
        put(to + i, (((value & known) ^ flip) & BYTE) | (value & OF_PORT));
      } else {
        put(to + i, known == 0 ? flip : UNKNOWN);
      }
    }
    pad(to, mask.length());
  }

  private int at(int index) {
    return index < bytes.length ? bytes[index] : UNKNOWN;
  }

  /** The value, if all of it is known; else empty. */
  String value(int at, int length) {
    StringBuilder value = new StringBuilder();
    for (int i = at; i < at + length; i++) {
      if (at(i) == UNKNOWN) {
        return "";
      }
      value.append((char) (at(i) & BYTE));
    }
    return value.toString();
  }

  /** Whether the destination port is among these bytes. */
  boolean havePort(int at, int length) {
    for (int i = at; i < at + length; i++) {
      if (at(i) != UNKNOWN && (at(i) & OF_PORT) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether the value is between these, both included. */
  Answer between(int at, String low, String high) {
    String value = value(at, low.length());
    if (!value.isEmpty()) {
      boolean within = value.compareTo(low) >= 0 && value.compareTo(high) <= 0;
      return within ? Answer.YES : Answer.NO;
    }
    boolean differs = false;
    for (int i = 0; low.equals(high) && i < low.length(); i++) {
      int one = at(at + i);
      differs |= one != UNKNOWN && (one & BYTE) != low.charAt(i);
    }
    return differs ? Answer.NO : Answer.MAYBE;
  }

  /** The same, of each word for itself. */
  Answer betweenInParts(int at, String low, String high) {
    Answer answer = Answer.YES;
    for (int from = 0; from < low.length() && answer != Answer.NO; from += WORD) {
      int to = Math.min(from + WORD, low.length());
      Answer one = between(at + from, low.substring(from, to), high.substring(from, to));
      answer = one.compareTo(answer) < 0 ? one : answer;
    }
    return answer;
  }
}

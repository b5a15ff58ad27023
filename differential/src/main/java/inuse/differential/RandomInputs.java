package inuse.differential;

import java.util.List;

/**
 * A generator of our own (SplitMix64), so that both ways to run draw the same numbers whatever
 * their class libraries do. Each input has a stream of its own and can be made again alone.
 *
 * <p>Two draws never stand in one expression: TeaVM makes arguments of one C call of them, and C
 * evaluates those in any order. They are drawn into an array, or taken apart from one draw.
 */
final class RandomInputs {
  private static final long STEP = 0x9e3779b97f4a7c15L;
  private static final int MAX_MUTATIONS = 4;

  /** What a mutation may put in, where a random character would seldom hit. */
  private static final List<String> TOKENS =
      List.of(
          " ",
          "  ",
          "\t",
          "\n",
          "\0",
          ":",
          "::",
          "(",
          ") ",
          " (",
          "/",
          "-",
          " - ",
          "#",
          "]",
          "[",
          ".",
          ",",
          "'",
          "\"",
          "\\",
          "0",
          "00",
          "-1",
          "65535",
          "65536",
          "2147483647",
          "2147483648",
          "4294967295",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "ffffffff",
          "0x");

  private long state;

  RandomInputs(long seed, long number) {
    state = mix(seed) ^ mix(number * STEP);
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  long bits() {
    state += STEP;
    return mix(state);
  }

  /** A number from 0 to {@code bound - 1}; the bound is 1 or more. */
  int below(int bound) {
    return (int) ((bits() >>> 33) % bound);
  }

  boolean oneIn(int chances) {
    return below(chances) == 0;
  }

  boolean coin() {
    return oneIn(2);
  }

  <T> T pick(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** Mostly small, often at an edge of a width, sometimes anything. */
  long number() {
    return switch (below(8)) {
      case 0, 1, 2 -> below(16);
      case 3, 4 -> below(70_000);
      case 5 -> {
        int draw = below(3 * 64);
        yield (1L << (draw % 64)) - draw / 64;
      }
      case 6 -> -below(70_000);
      default -> bits();
    };
  }

  /** As {@link #number()}, and never below zero. */
  long natural() {
    return number() & Long.MAX_VALUE;
  }

  int port() {
    return oneIn(4) ? below(65_536) : pick(List.of(80, 443, 1023, 1024, 8080, 40_000));
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) below(256);
    }
    return bytes;
  }

  /** What a process might call itself: one char a byte, from harmless to hostile. */
  String foreign(int mostPieces) {
    StringBuilder text = new StringBuilder();
    int pieces = below(mostPieces + 1);
    for (int i = 0; i < pieces; i++) {
      piece(text);
    }
    return text.toString();
  }

  private void piece(StringBuilder text) {
    switch (below(12)) {
      case 0, 1, 2, 3 -> text.append(word());
      case 4 -> text.append(pick(TOKENS));
      case 5 -> text.append("\u001b[31m");
      case 6 -> text.append((char) below(256));
      case 7 -> utf8(text, 0x80 + below(0x780), 2);
      case 8 -> utf8(text, 0x800 + below(0xf800), 3);
      case 9 -> utf8(text, 0x1_0000 + below(0x10_2000), 4);
      case 10 -> utf8(text, pick(List.of(0xad, 0x200b, 0x202e, 0x2066, 0xfeff, 0xe000, 0xfffd)), 3);
      default -> {
        int draw = below(3 * 0x80);
        utf8(text, draw % 0x80, 2 + draw / 0x80);
      }
    }
  }

  /** The bytes of a code point in that many; overlong, or cut short, where it comes to that. */
  private void utf8(StringBuilder text, int point, int length) {
    int lead = (0xf00 >> length) & 0xff;
    text.append((char) ((lead | (point >> (6 * (length - 1)))) & 0xff));
    int most = oneIn(8) ? length - 1 : length;
    for (int i = 1; i < most; i++) {
      text.append((char) (0x80 | ((point >> (6 * (length - 1 - i))) & 0x3f)));
    }
  }

  String word() {
    if (oneIn(3)) {
      return pick(List.of("nginx", "java", "python3", "node", "sshd", "/usr/bin/java", "a b"));
    }
    StringBuilder word = new StringBuilder();
    int length = 1 + below(12);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + below(26)));
    }
    return word.toString();
  }

  /** The text as it is every other time, else with a few things wrong. */
  String mutated(String text) {
    if (coin()) {
      return text;
    }
    StringBuilder changed = new StringBuilder(text);
    int mutations = 1 + below(MAX_MUTATIONS);
    for (int i = 0; i < mutations; i++) {
      int from = below(changed.length() + 1);
      int to = Math.min(changed.length(), from + 1 + below(8));
      switch (below(6)) {
        case 0 -> changed.replace(from, to, pick(TOKENS));
        case 1 -> changed.insert(from, pick(TOKENS));
        case 2 -> changed.delete(from, to);
        case 3 -> changed.insert(from, changed.substring(from, to));
        case 4 -> changed.insert(from, (char) below(256));
        default -> {
          if (oneIn(4)) {
            changed.setLength(from);
          }
        }
      }
    }
    return changed.toString();
  }

  /** The bytes as they are every other time, else with a few of them wrong, or cut short. */
  byte[] mutated(byte[] bytes) {
    if (bytes.length == 0 || coin()) {
      return bytes;
    }
    // Not clone(): TeaVM's copies eight bytes for each element of a byte[], over the next object.
    byte[] changed = new byte[bytes.length];
    System.arraycopy(bytes, 0, changed, 0, bytes.length);
    int mutations = 1 + below(MAX_MUTATIONS);
    for (int i = 0; i < mutations; i++) {
      int at = below(changed.length);
      changed[at] = (byte) (coin() ? below(256) : changed[at] + pick(List.of(-4, -1, 1, 4)));
    }
    if (oneIn(4)) {
      byte[] cut = new byte[below(changed.length)];
      System.arraycopy(changed, 0, cut, 0, cut.length);
      return cut;
    }
    return changed;
  }
}

package inuse.cli.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes keys of the bytes that a terminal sends (ECMA-48, and what xterm, the Linux console and
 * tmux send). What is none of them is left out; a sequence that was cut, or never ends, costs the
 * keys that it swallowed and no more.
 */
public final class KeyDecoder {
  private static final char ESC = '\u001b';

  /** Longer than any sequence of a key. */
  private static final int LONGEST = 32;

  private final StringBuilder pending = new StringBuilder();

  /** The keys that are complete with these bytes, one char each. */
  public List<Key> take(String bytes) {
    pending.append(bytes);
    List<Key> keys = new ArrayList<>();
    int at = 0;
    while (at < pending.length()) {
      int length = pending.charAt(at) == ESC ? sequence(at, keys) : character(at, keys);
      if (length == 0) {
        break;
      }
      at += length;
    }
    pending.delete(0, at);
    return keys;
  }

  /** Whether bytes are kept that may become a key. */
  public boolean isWaiting() {
    return !pending.isEmpty();
  }

  /** Nothing came for a while: a lone Esc was the key of that name, and the rest is garbage. */
  public List<Key> rest() {
    boolean escape = pending.length() == 1 && pending.charAt(0) == ESC;
    pending.setLength(0);
    return escape ? List.of(Key.Named.ESCAPE) : List.of();
  }

  /** The length of what begins with an Esc there; zero where it is not complete. */
  private int sequence(int at, List<Key> keys) {
    if (at + 1 == pending.length()) {
      return 0;
    }
    return switch (pending.charAt(at + 1)) {
      case '[' -> control(at, keys);
      case 'O' -> {
        if (at + 2 == pending.length()) {
          yield 0;
        }
        named(pending.charAt(at + 2), "").ifPresent(keys::add);
        yield 3;
      }
      case ']', 'P', '_', '^', 'X' -> string(at);
      default -> {
        keys.add(Key.Named.ESCAPE);
        yield 1;
      }
    };
  }

  /** A control sequence: parameters and one last character (ECMA-48, 5.4). */
  private int control(int at, List<Key> keys) {
    int end = at + 2;
    if (end < pending.length() && pending.charAt(end) == '[') {
      // A function key of the Linux console.
      return end + 1 < pending.length() ? 4 : 0;
    }
    while (end < pending.length() && pending.charAt(end) >= ' ' && pending.charAt(end) < '@') {
      end++;
    }
    if (end - at > LONGEST) {
      return end - at;
    }
    if (end == pending.length()) {
      return 0;
    }
    char last = pending.charAt(end);
    if (last < ' ' || last > '~') {
      // It was cut: what stands there is another key.
      return end - at;
    }
    named(last, pending.substring(at + 2, end)).ifPresent(keys::add);
    return end + 1 - at;
  }

  /** A string that a terminal answers with, up to its terminator. */
  private int string(int at) {
    for (int end = at + 2; end < pending.length(); end++) {
      char one = pending.charAt(end);
      if (one == '\u0007') {
        return end + 1 - at;
      }
      if (one == ESC && end + 1 < pending.length()) {
        return end - at + (pending.charAt(end + 1) == '\\' ? 2 : 0);
      }
    }
    return 0;
  }

  private static Optional<Key> named(char last, String parameters) {
    return Optional.ofNullable(
        switch (last) {
          case 'A' -> Key.Named.UP;
          case 'B' -> Key.Named.DOWN;
          case 'C' -> Key.Named.RIGHT;
          case 'D' -> Key.Named.LEFT;
          case 'H' -> Key.Named.HOME;
          case 'F' -> Key.Named.END;
          case 'M' -> Key.Named.ENTER;
          case '~' ->
              switch (parameters) {
                case "1", "7" -> Key.Named.HOME;
                case "4", "8" -> Key.Named.END;
                case "5" -> Key.Named.PAGE_UP;
                case "6" -> Key.Named.PAGE_DOWN;
                default -> null;
              };
          default -> null;
        });
  }

  /** The length of the character there; zero where it is not complete. */
  private int character(int at, List<Key> keys) {
    int lead = pending.charAt(at);
    if (lead < ' ' || lead == 0x7f) {
      control(lead).ifPresent(keys::add);
      return 1;
    }
    if (lead < 0x80) {
      keys.add(new Key.Text(lead));
      return 1;
    }
    int length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead >= 0xf5) {
      return 1;
    }
    int point = lead & (0x7f >> length);
    for (int i = 1; i < length; i++) {
      if (at + i == pending.length()) {
        return 0;
      }
      int next = pending.charAt(at + i);
      if ((next & 0xc0) != 0x80) {
        return i;
      }
      point = point << 6 | (next & 0x3f);
    }
    if (isProper(point, length)) {
      keys.add(new Key.Text(point));
    }
    return length;
  }

  private static boolean isProper(int point, int length) {
    boolean overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    boolean surrogate = point >= 0xd800 && point <= 0xdfff;
    boolean control = point < 0xa0;
    return !overlong && !surrogate && !control && point <= 0x10ffff;
  }

  private static Optional<Key> control(int code) {
    return Optional.ofNullable(
        switch (code) {
          case '\r', '\n' -> Key.Named.ENTER;
          case '\b', 0x7f -> Key.Named.BACKSPACE;
          case 'U' - '@' -> Key.Named.CLEAR;
          case 'L' - '@' -> Key.Named.REDRAW;
          default -> null;
        });
  }
}

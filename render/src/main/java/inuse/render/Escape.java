package inuse.render;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;

/**
 * Escapes other processes' text. Printable UTF-8 stays; control, invisible and direction-changing
 * characters, and bytes that are not UTF-8, are spelled out.
 */
public final class Escape {
  private static final int INVALID = -1;

  /**
   * First and last of each range of characters that control a terminal, are invisible, or are blank
   * without being U+0020: of Unicode 16.0 the categories Cc, Cf, Cs, Co, Zl, Zp and Zs, the
   * property Default_Ignorable_Code_Point, and what has an empty glyph (U+2800, U+16FE4, U+1D159).
   */
  private static final int[] HIDDEN = {
    0x00, 0x1f, 0x7f, 0xa0, 0xad, 0xad, 0x34f, 0x34f, 0x600, 0x605, 0x61c, 0x61c, 0x6dd, 0x6dd,
    0x70f, 0x70f, 0x890, 0x891, 0x8e2, 0x8e2, 0x115f, 0x1160, 0x1680, 0x1680, 0x17b4, 0x17b5,
    0x180b, 0x180f, 0x2000, 0x200f, 0x2028, 0x202f, 0x205f, 0x206f, 0x2800, 0x2800, 0x3000, 0x3000,
    0x3164, 0x3164, 0xd800, 0xf8ff, 0xfe00, 0xfe0f, 0xfeff, 0xfeff, 0xffa0, 0xffa0, 0xfff0, 0xfffb,
    0xfffe, 0xffff, 0x110bd, 0x110bd, 0x110cd, 0x110cd, 0x13430, 0x1343f, 0x16fe4, 0x16fe4, 0x1bca0,
    0x1bca3, 0x1d159, 0x1d159, 0x1d173, 0x1d17a, 0xe0000, 0x10ffff
  };

  private Escape() {}

  /**
   * For a terminal: one line, no control characters, and no blank that is not between two others.
   */
  public static String text(Untrusted text) {
    return spelled(text, true);
  }

  /** The same, cut to that many characters. */
  public static String text(Untrusted text, int most) {
    return cut(text(text), most);
  }

  /** A text cut to that many characters, the last of which then says so. */
  static String cut(String text, int most) {
    return text.codePointCount(0, text.length()) > most
        ? text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…"
        : text;
  }

  /** The same for a word of a command line, whose blanks have to stay what they are. */
  public static String word(Untrusted text) {
    return spelled(text, false);
  }

  private static String spelled(Untrusted text, boolean blanks) {
    String bytes = text.bytes();
    if (isPlain(bytes, blanks)) {
      return bytes;
    }
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < bytes.length(); ) {
      int length = sequenceLength(bytes, at);
      int point = length == 0 ? INVALID : codePoint(bytes, at, length);
      if (point == INVALID
          || point < 0x20
          || (blanks && point == ' ' && isUnseenBlank(bytes, at))
          || (point >= 0x7f && point <= 0x9f && length == 1)) {
        appendByte(out, bytes.charAt(at));
        at++;
      } else {
        if (isHidden(point)) {
          out.append("\\u{").append(Integer.toHexString(point)).append('}');
        } else {
          out.appendCodePoint(point);
        }
        at += length;
      }
    }
    return out.toString();
  }

  /** Whether nothing is to be spelled out, as in nearly every text. */
  private static boolean isPlain(String bytes, boolean blanks) {
    for (int at = 0; at < bytes.length(); at++) {
      char one = bytes.charAt(at);
      if (one < ' ' || one >= 0x7f || (blanks && one == ' ' && isUnseenBlank(bytes, at))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a blank is at an end, or behind another: nobody would see how many there are. */
  private static boolean isUnseenBlank(String bytes, int at) {
    return at == 0 || at == bytes.length() - 1 || bytes.charAt(at - 1) == ' ';
  }

  /** A target as a user may write it. */
  public static String text(Target place) {
    return switch (place) {
      case PortTarget port -> port.toString();
      case UnixTarget unix -> text(unix.word());
    };
  }

  /** A sentence with other processes' words in it, for a terminal. */
  public static String text(Phrase phrase) {
    StringBuilder out = new StringBuilder();
    for (Phrase.Part part : phrase.parts()) {
      switch (part) {
        case Phrase.Part.Ours(String ours) -> out.append(ours);
        case Phrase.Part.Theirs(Untrusted theirs) -> out.append(text(theirs));
        case Phrase.Part.Option(InuseCommand.Choice choice) -> out.append(InuseLine.option(choice));
        case Phrase.Part.Line(InuseCommand command) ->
            out.append(String.join(" ", InuseLine.words(command)));
      }
    }
    return out.toString();
  }

  /**
   * For a JSON string: the text itself, which the writer escapes, with bytes that are not UTF-8 as
   * \xHH.
   */
  public static String json(Untrusted text) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < text.bytes().length(); ) {
      int length = sequenceLength(text.bytes(), at);
      int point = length == 0 ? INVALID : codePoint(text.bytes(), at, length);
      if (point == INVALID) {
        appendByte(out, text.bytes().charAt(at));
        at++;
      } else {
        out.appendCodePoint(point);
        at += length;
      }
    }
    return out.toString();
  }

  /** An argument for a shell, quoted where necessary. */
  public static String shell(String argument) {
    boolean plain = !argument.isEmpty() && Untrusted.isPlain(argument, "_-./:=,@%+");
    return plain ? argument : "'" + argument.replace("'", "'\\''") + "'";
  }

  private static void appendByte(StringBuilder out, char value) {
    out.append("\\x").append(hex(value, 2));
  }

  /** A number in hexadecimal, with leading zeros. */
  static String hex(int value, int digits) {
    String hex = Integer.toHexString(value);
    return "0".repeat(digits - hex.length()) + hex;
  }

  /** Whether the character controls a terminal, or is invisible. */
  static boolean isHidden(int point) {
    for (int i = 0; i < HIDDEN.length; i += 2) {
      if (point >= HIDDEN[i] && point <= HIDDEN[i + 1]) {
        return true;
      }
    }
    return false;
  }

  /** Length of the UTF-8 sequence that starts here; 0 where it is invalid. */
  private static int sequenceLength(String bytes, int at) {
    int lead = bytes.charAt(at);
    int length = 0;
    if (lead < 0x80) {
      length = 1;
    } else if (lead >= 0xc2 && lead < 0xe0) {
      length = 2;
    } else if (lead >= 0xe0 && lead < 0xf0) {
      length = 3;
    } else if (lead >= 0xf0 && lead < 0xf5) {
      length = 4;
    }
    return at + length <= bytes.length() ? length : 0;
  }

  private static int codePoint(String bytes, int at, int length) {
    int lead = bytes.charAt(at);
    if (length == 1) {
      return lead;
    }
    int point = lead & (0x7f >> length);
    for (int i = 1; i < length; i++) {
      int next = bytes.charAt(at + i);
      if ((next & 0xc0) != 0x80) {
        return INVALID;
      }
      point = (point << 6) | (next & 0x3f);
    }
    boolean overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    boolean surrogate = point >= 0xd800 && point <= 0xdfff;
    return overlong || surrogate || point > 0x10ffff ? INVALID : point;
  }
}

package inuse.kernel;

import java.util.List;

/**
 * Numbers in the kernel's layout, little endian on every architecture served here; network order
 * where the name says so.
 */
public final class Bytes {
  private Bytes() {}

  public static int getShort(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }

  public static int getNetworkShort(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  public static int getInt(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | bytes[at + 3] << 24;
  }

  public static long getUnsignedInt(byte[] bytes, int at) {
    return getInt(bytes, at) & 0xffffffffL;
  }

  public static long getLong(byte[] bytes, int at) {
    return getUnsignedInt(bytes, at) | (long) getInt(bytes, at + 4) << 32;
  }

  public static void putShort(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
  }

  public static void putNetworkShort(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  public static void putInt(byte[] bytes, int at, int value) {
    putShort(bytes, at, value);
    putShort(bytes, at + 2, value >> 16);
  }

  public static void putLong(byte[] bytes, int at, long value) {
    putInt(bytes, at, (int) value);
    putInt(bytes, at + 4, (int) (value >> 32));
  }

  /**
   * Text with one char, 0 to 255, for each byte: ISO-8859-1. Without a Charset, which in the
   * executable allocates a decoder with its buffers for every string.
   */
  public static String text(byte[] bytes, int from, int length) {
    char[] chars = new char[length];
    for (int i = 0; i < length; i++) {
      chars[i] = (char) (bytes[from + i] & 0xff);
    }
    return new String(chars);
  }

  /** The bytes of such a text. */
  public static byte[] of(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    return bytes;
  }

  /** The bytes of each such text. */
  public static List<byte[]> each(List<String> texts) {
    return texts.stream().map(Bytes::of).toList();
  }

  /**
   * The text in UTF-8; half of a surrogate pair becomes a question mark. Not String.getBytes: in
   * the executable that loses a character where a pair crosses the end of its buffer.
   */
  public static byte[] utf8(String text) {
    byte[] bytes = new byte[3 * text.length()];
    int at = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.charAt(i);
      if (point < 0x80) {
        bytes[at++] = (byte) point;
        i++;
        continue;
      }
      point = text.codePointAt(i);
      i += Character.charCount(point);
      at = putPoint(bytes, at, point >= 0xd800 && point <= 0xdfff ? '?' : point);
    }
    byte[] exact = new byte[at];
    System.arraycopy(bytes, 0, exact, 0, at);
    return exact;
  }

  /** Returns the index of the next character. */
  private static int putPoint(byte[] bytes, int at, int point) {
    if (point < 0x80) {
      bytes[at] = (byte) point;
      return at + 1;
    }
    int more = point < 0x800 ? 1 : (point < 0x1_0000 ? 2 : 3);
    int mark = 0xf00 >> (more + 1);
    bytes[at] = (byte) (mark | (point >> (6 * more)));
    for (int i = 1; i <= more; i++) {
      bytes[at + i] = (byte) (0x80 | ((point >> (6 * (more - i))) & 0x3f));
    }
    return at + 1 + more;
  }
}

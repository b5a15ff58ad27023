package inuse.kernel;

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
    return getShort(bytes, at) | getShort(bytes, at + 2) << 16;
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
   * Text with one char, 0 to 255, for each byte: ISO-8859-1. Not by way of a Charset, which in the
   * executable allocates a decoder with buffers of its own for every string.
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
}

package inuse.mcp;

/** HMAC-SHA-256 (RFC 2104) with a key that only this process knows. */
final class Seal {
  private static final String DIGITS = "0123456789abcdef";

  private final byte[] inner;
  private final byte[] outer;

  /** A seal by that key, of which at most one block of the digest counts. */
  Seal(byte[] key) {
    inner = padded(key, 0x36);
    outer = padded(key, 0x5c);
  }

  private static byte[] padded(byte[] key, int with) {
    byte[] pad = new byte[Sha256.BLOCK];
    for (int i = 0; i < pad.length; i++) {
      pad[i] = (byte) ((i < key.length ? key[i] : 0) ^ with);
    }
    return pad;
  }

  /** The seal of a message. */
  byte[] of(byte[] message) {
    return Sha256.of(joined(outer, Sha256.of(joined(inner, message))));
  }

  /** The seal of a text, in hexadecimal digits. */
  String of(String text) {
    StringBuilder digits = new StringBuilder();
    for (byte one : of(bytes(text))) {
      digits.append(DIGITS.charAt(one >> 4 & 15)).append(DIGITS.charAt(one & 15));
    }
    return digits.toString();
  }

  /** Two bytes a char, so that different texts have different bytes. */
  static byte[] bytes(String text) {
    byte[] bytes = new byte[text.length() * 2];
    for (int i = 0; i < text.length(); i++) {
      bytes[2 * i] = (byte) (text.charAt(i) >> 8);
      bytes[2 * i + 1] = (byte) text.charAt(i);
    }
    return bytes;
  }

  /** Whether two texts are the same, in a time that does not tell where they differ. */
  static boolean areEqual(String one, String other) {
    int difference = one.length() ^ other.length();
    for (int i = 0; i < Math.min(one.length(), other.length()); i++) {
      difference |= one.charAt(i) ^ other.charAt(i);
    }
    return difference == 0;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] all = new byte[one.length + other.length];
    System.arraycopy(one, 0, all, 0, one.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }
}

package inuse.cli.terminal;

import inuse.kernel.Bytes;

/**
 * The clipboard of a terminal, which some let programs write to (xterm's ctlseqs, OSC 52); others
 * ignore it.
 */
final class Clipboard {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private Clipboard() {}

  /** The control sequence that puts text there. */
  static String sequence(String text) {
    return "\u001b]52;c;" + base64(Bytes.utf8(text)) + "\u0007";
  }

  /** RFC 4648, 4. */
  private static String base64(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < bytes.length; at += 3) {
      int left = Math.min(3, bytes.length - at);
      int bits = 0;
      for (int i = 0; i < 3; i++) {
        bits = bits << 8 | (i < left ? bytes[at + i] & 0xff : 0);
      }
      for (int i = 0; i < 4; i++) {
        text.append(i <= left ? DIGITS.charAt(bits >> (18 - 6 * i) & 0x3f) : '=');
      }
    }
    return text.toString();
  }
}

package inuse.kernel.netlink;

/** Bytes that are not a message of this protocol; the text says where and quotes them. */
public final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED = 32;

  public Malformed(String what, byte[] bytes, int from, int to) {
    super(what + ": " + quote(bytes, from, to));
  }

  private static String quote(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder();
    int end = Math.min(Math.min(to, bytes.length), from + QUOTED);
    for (int i = Math.max(from, 0); i < end; i++) {
      text.append(Character.forDigit(bytes[i] >> 4 & 0xf, 16));
      text.append(Character.forDigit(bytes[i] & 0xf, 16));
    }
    return (end < to ? text.append("…") : text).toString();
  }
}

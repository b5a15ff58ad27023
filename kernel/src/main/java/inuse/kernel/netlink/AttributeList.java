package inuse.kernel.netlink;

import inuse.kernel.Bytes;

/** struct nlattr (linux/netlink.h), one behind the other and each padded to four bytes. */
final class AttributeList {
  private static final int HEADER_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;

  private AttributeList() {}

  /** Takes one attribute's value, or passes it over. */
  interface Taker {
    void take(int type, byte[] buffer, int from, int to);
  }

  /** Hands every attribute over, in order; {@link Malformed} when one is cut short. */
  static void read(byte[] buffer, int from, int to, Taker taker) {
    int at = from;
    while (at < to) {
      if (to - at < HEADER_BYTES) {
        throw new Malformed("an attribute cut short", buffer, at, to);
      }
      int length = Bytes.getShort(buffer, at);
      if (length < HEADER_BYTES || length > to - at) {
        throw new Malformed("an attribute of length " + length, buffer, at, to);
      }
      int type = Bytes.getShort(buffer, at + 2) & TYPE_MASK;
      taker.take(type, buffer, at + HEADER_BYTES, at + length);
      at += Message.aligned(length);
    }
  }

  /** The buffer, where the value has at least that many bytes. */
  static byte[] checked(byte[] buffer, int from, int to, int least) {
    if (to - from < least) {
      throw new Malformed("an attribute's value cut short", buffer, from, to);
    }
    return buffer;
  }
}

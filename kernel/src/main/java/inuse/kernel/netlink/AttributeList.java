package inuse.kernel.netlink;

import inuse.kernel.Bytes;

/** A sequence of struct nlattr (linux/netlink.h), each padded to four bytes. */
final class AttributeList {
  private static final int HEADER_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;

  private AttributeList() {}

  /** Receives each attribute; may ignore it. */
  interface Taker {
    void take(int type, byte[] buffer, int from, int to);
  }

  /** Passes on every attribute, in order; {@link Malformed} when one is cut short. */
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

  /** The buffer, once the value is known to have at least that many bytes. */
  static byte[] checked(byte[] buffer, int from, int to, int least) {
    if (to - from < least) {
      throw new Malformed("an attribute's value cut short", buffer, from, to);
    }
    return buffer;
  }
}

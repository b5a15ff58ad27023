package inuse.kernel.netlink;

import inuse.kernel.Bytes;

/**
 * One netlink message inside a received buffer: struct nlmsghdr and where its payload is
 * (linux/netlink.h).
 *
 * @param payload index of the payload's first byte
 * @param end index after the payload's last byte
 */
public record Message(int type, int flags, int sequence, int payload, int end) {
  /** sizeof(struct nlmsghdr). */
  public static final int HEADER_BYTES = 16;

  /** The message at an index of a buffer filled up to {@code limit}. */
  public static Message at(byte[] buffer, int index, int limit) {
    if (limit - index < HEADER_BYTES) {
      throw new Malformed("a netlink header cut short", buffer, index, limit);
    }
    int length = Bytes.getInt(buffer, index);
    if (length < HEADER_BYTES || length > limit - index) {
      throw new Malformed("a netlink message of length " + length, buffer, index, limit);
    }
    return new Message(
        Bytes.getShort(buffer, index + 4),
        Bytes.getShort(buffer, index + 6),
        Bytes.getInt(buffer, index + 8),
        index + HEADER_BYTES,
        index + length);
  }

  /** Where the next message starts: lengths are padded to four. */
  public int next() {
    return aligned(end);
  }

  /** A request with this payload, ready to be sent. */
  public static byte[] request(int type, int flags, int sequence, byte[] payload) {
    byte[] message = new byte[HEADER_BYTES + payload.length];
    Bytes.putInt(message, 0, message.length);
    Bytes.putShort(message, 4, type);
    Bytes.putShort(message, 6, flags);
    Bytes.putInt(message, 8, sequence);
    System.arraycopy(payload, 0, message, HEADER_BYTES, payload.length);
    return message;
  }

  static int aligned(int length) {
    return length + 3 & ~3;
  }
}

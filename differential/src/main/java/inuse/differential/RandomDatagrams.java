package inuse.differential;

import inuse.kernel.Bytes;
import inuse.kernel.abi.Constants;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.Message;
import inuse.kernel.netlink.UnixDiag;
import java.util.ArrayList;
import java.util.List;

/** Random datagrams of sock_diag(7), mostly valid. */
final class RandomDatagrams {
  /** Few inodes and cookies, so that sockets and those who hold them meet. */
  static final int INODES = 6;

  private static final long FIRST_INODE = 1000;
  private static final int TCP_INFO_BYTES = 232;

  private final RandomInputs random;

  RandomDatagrams(RandomInputs random) {
    this.random = random;
  }

  static long inode(RandomInputs random) {
    return FIRST_INODE + random.below(INODES);
  }

  /** A whole dump: records, and the end that is sometimes missing. */
  List<byte[]> dump(int sequence, int port, boolean unix) {
    List<byte[]> datagrams = new ArrayList<>();
    int count = random.below(3);
    for (int i = 0; i < count; i++) {
      datagrams.add(oneOf(records(sequence, port, unix)));
    }
    if (!random.oneIn(16)) {
      byte[] status = new byte[random.oneIn(8) ? random.below(4) : 4];
      if (status.length == 4 && random.oneIn(16)) {
        Bytes.putInt(status, 0, -random.below(200));
      }
      datagrams.add(
          oneOf(
              List.of(
                  message(
                      random.oneIn(8) ? Constants.NLMSG_ERROR : Constants.NLMSG_DONE,
                      sequence,
                      status))));
    }
    return datagrams;
  }

  /** A datagram of some messages with anything wrong. */
  byte[] hostile(int sequence, int port, boolean unix) {
    return random.oneIn(10)
        ? random.bytes(random.below(200))
        : random.mutated(oneOf(records(sequence, port, unix)));
  }

  private List<byte[]> records(int sequence, int port, boolean unix) {
    List<byte[]> messages = new ArrayList<>();
    int count = 1 + random.below(3);
    for (int i = 0; i < count; i++) {
      messages.add(
          message(Constants.SOCK_DIAG_BY_FAMILY, sequence, unix ? unixRecord() : record(port)));
    }
    return messages;
  }

  private byte[] message(int type, int sequence, byte[] payload) {
    int[] header = {type, 0, sequence};
    for (int i = 0; i < header.length; i++) {
      if (random.oneIn(20)) {
        header[i] = (int) random.number();
      }
    }
    return Message.request(header[0], header[1], header[2], payload);
  }

  /** Messages one behind the other, each padded to four bytes. */
  private static byte[] oneOf(List<byte[]> messages) {
    int length = 0;
    for (byte[] message : messages) {
      length += (message.length + 3) & ~3;
    }
    byte[] datagram = new byte[length];
    int at = 0;
    for (byte[] message : messages) {
      System.arraycopy(message, 0, datagram, at, message.length);
      at += (message.length + 3) & ~3;
    }
    return datagram;
  }

  private byte[] record(int port) {
    byte[] buffer = new byte[1024];
    boolean v6 = random.coin();
    buffer[0] = (byte) (v6 ? Constants.AF_INET6 : Constants.AF_INET);
    buffer[1] = (byte) (1 + random.below(random.oneIn(10) ? 200 : 13));
    buffer[2] = (byte) random.below(5);
    Bytes.putNetworkShort(buffer, 4, random.oneIn(10) ? random.port() : port);
    Bytes.putNetworkShort(buffer, 6, random.port());
    address(buffer, 8, v6);
    address(buffer, 24, v6);
    Bytes.putInt(buffer, 40, random.oneIn(8) ? random.below(4) : 0);
    Bytes.putLong(buffer, 44, random.oneIn(20) ? random.bits() : random.below(INODES));
    Bytes.putInt(buffer, 52, (int) random.number());
    Bytes.putInt(buffer, 56, (int) random.number());
    Bytes.putInt(buffer, 60, (int) random.number());
    Bytes.putInt(buffer, 64, random.oneIn(8) ? (int) random.number() : 1000 * random.below(3));
    Bytes.putInt(buffer, 68, random.oneIn(4) ? 0 : (int) inode(random));
    int at = InetDiag.RECORD_BYTES;
    int attributes = random.below(6);
    for (int i = 0; i < attributes; i++) {
      at = attribute(buffer, at);
    }
    byte[] record = new byte[at];
    System.arraycopy(buffer, 0, record, 0, at);
    return record;
  }

  /** struct unix_diag_msg and attributes; files and names that meet those of the questions. */
  private byte[] unixRecord() {
    byte[] buffer = new byte[512];
    buffer[0] = Constants.AF_UNIX;
    buffer[1] = (byte) (int) random.pick(List.of(1, 1, 2, 5, 9));
    buffer[2] = (byte) (int) random.pick(List.of(1, 7, 10, 10));
    Bytes.putInt(buffer, 4, random.oneIn(4) ? 0 : (int) inode(random));
    Bytes.putLong(buffer, 8, random.bits());
    int at = UnixDiag.RECORD_BYTES;
    if (!random.oneIn(4)) {
      String name =
          random.oneIn(4)
              ? random.foreign(4)
              : random.pick(List.of("./a.sock\0", "/run/a.sock\0", "\0name"));
      at = unixAttribute(buffer, at, Constants.UNIX_DIAG_NAME, Describe.latin1(name));
    }
    if (!random.oneIn(4)) {
      byte[] file = new byte[random.oneIn(12) ? random.below(8) : 8];
      if (file.length == 8) {
        Bytes.putInt(file, 0, (int) inode(random));
        Bytes.putInt(file, 4, (8 << 20) | random.below(2));
      }
      at = unixAttribute(buffer, at, Constants.UNIX_DIAG_VFS, file);
    }
    for (int type :
        List.of(Constants.UNIX_DIAG_PEER, Constants.UNIX_DIAG_RQLEN, Constants.UNIX_DIAG_UID)) {
      if (random.coin()) {
        byte[] value = random.bytes(random.oneIn(12) ? random.below(8) : 8);
        at = unixAttribute(buffer, at, type, value);
      }
    }
    byte[] record = new byte[at];
    System.arraycopy(buffer, 0, record, 0, at);
    return record;
  }

  private static int unixAttribute(byte[] buffer, int at, int type, byte[] value) {
    Bytes.putShort(buffer, at, 4 + value.length);
    Bytes.putShort(buffer, at + 2, type);
    System.arraycopy(value, 0, buffer, at + 4, value.length);
    return at + 4 + ((value.length + 3) & ~3);
  }

  private void address(byte[] buffer, int at, boolean v6) {
    switch (random.below(4)) {
      case 0 -> {}
      case 1 -> buffer[v6 ? at + 15 : at + 3] = 1;
      case 2 -> {
        if (v6) {
          buffer[at + 10] = -1;
          buffer[at + 11] = -1;
        }
        Bytes.putInt(buffer, v6 ? at + 12 : at, 0x0100007f);
      }
      default -> {
        byte[] anything = random.bytes(v6 ? 16 : 4);
        System.arraycopy(anything, 0, buffer, at, anything.length);
      }
    }
  }

  private int attribute(byte[] buffer, int at) {
    int type =
        random.pick(
            List.of(
                Constants.INET_DIAG_INFO,
                Constants.INET_DIAG_SHUTDOWN,
                Constants.INET_DIAG_SKV6ONLY,
                Constants.INET_DIAG_CGROUP_ID,
                Constants.INET_DIAG_SOCKOPT,
                15));
    int right =
        switch (type) {
          case Constants.INET_DIAG_INFO -> TCP_INFO_BYTES;
          case Constants.INET_DIAG_CGROUP_ID -> 8;
          case Constants.INET_DIAG_SOCKOPT -> 2;
          default -> 1;
        };
    int length = random.oneIn(12) ? random.below(right + 4) : right;
    if (at + 4 + ((length + 3) & ~3) > buffer.length) {
      return at;
    }
    Bytes.putShort(buffer, at, 4 + length);
    Bytes.putShort(buffer, at + 2, type | (random.oneIn(10) ? 0x8000 : 0));
    for (int i = 0; i < length; i++) {
      buffer[at + 4 + i] = (byte) (random.coin() ? 0 : random.below(256));
    }
    if (type == Constants.INET_DIAG_CGROUP_ID && length == 8) {
      Bytes.putLong(buffer, at + 4, random.below(4));
    }
    return at + 4 + ((length + 3) & ~3);
  }
}

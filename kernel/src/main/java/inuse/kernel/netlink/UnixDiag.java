package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.UNIX_DIAG_NAME;
import static inuse.kernel.abi.Constants.UNIX_DIAG_PEER;
import static inuse.kernel.abi.Constants.UNIX_DIAG_RQLEN;
import static inuse.kernel.abi.Constants.UNIX_DIAG_UID;
import static inuse.kernel.abi.Constants.UNIX_DIAG_VFS;

import inuse.kernel.Bytes;
import java.util.Optional;
import java.util.OptionalLong;

/** The codec of unix_diag (linux/unix_diag.h): one query to bytes, bytes to one socket. */
public final class UnixDiag {
  /** sizeof(struct unix_diag_req). */
  public static final int REQUEST_BYTES = 24;

  /** sizeof(struct unix_diag_msg). */
  public static final int RECORD_BYTES = 16;

  /** Every state: a socket that is bound and does not listen has TCP_CLOSE here. */
  private static final int ALL_STATES = -1;

  private UnixDiag() {}

  /**
   * A dump's question: struct unix_diag_req.
   *
   * @param show which attributes are wanted, the bits UDIAG_SHOW_NAME and so on
   */
  public static byte[] query(int show) {
    byte[] request = new byte[REQUEST_BYTES];
    request[0] = AF_UNIX;
    Bytes.putInt(request, 4, ALL_STATES);
    Bytes.putInt(request, 12, show);
    Bytes.putLong(request, 16, -1);
    return request;
  }

  /**
   * One socket as the kernel reports it: struct unix_diag_msg and the attributes after it.
   *
   * @param type SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET
   * @param state TCP_LISTEN, TCP_ESTABLISHED, else TCP_CLOSE
   * @param inode of the socket, zero for a connection that is not yet accepted
   * @param name as bind(2) was given it: a path, or NUL and an abstract name
   * @param file the file that bind(2) created, which follows a rename
   * @param peer inode of the other end
   * @param uid as the user namespace of the asking socket sees it; reported since Linux 5.3
   */
  public record Socket(
      int type,
      int state,
      long inode,
      long cookie,
      Optional<String> name,
      Optional<File> file,
      OptionalLong peer,
      Optional<Queue> queue,
      OptionalLong uid) {}

  /**
   * A socket's file: struct unix_diag_vfs.
   *
   * @param inode its 32 low bits
   * @param device as the kernel counts them: {@code major << 20 | minor}
   */
  public record File(long inode, long device) {}

  /**
   * struct unix_diag_rqlen. For a listener: connections waiting to be accepted, and the backlog.
   *
   * @param receive for other sockets, unread bytes
   * @param send for other sockets, sent bytes that the peer has not read
   */
  public record Queue(long receive, long send) {}

  /** The socket in a message's payload. */
  public static Socket decode(byte[] buffer, int from, int to) {
    if (to - from < RECORD_BYTES) {
      throw new Malformed("a unix_diag record cut short", buffer, from, to);
    }
    if (buffer[from] != AF_UNIX) {
      throw new Malformed("a unix_diag record of family " + buffer[from], buffer, from, to);
    }
    Attributes attributes = new Attributes();
    AttributeList.read(buffer, from + RECORD_BYTES, to, attributes::take);
    return new Socket(
        buffer[from + 1] & 0xff,
        buffer[from + 2] & 0xff,
        Bytes.getUnsignedInt(buffer, from + 4),
        Bytes.getLong(buffer, from + 8),
        attributes.name,
        attributes.file,
        attributes.peer,
        attributes.queue,
        attributes.uid);
  }

  private static final class Attributes {
    private Optional<String> name = Optional.empty();
    private Optional<File> file = Optional.empty();
    private OptionalLong peer = OptionalLong.empty();
    private Optional<Queue> queue = Optional.empty();
    private OptionalLong uid = OptionalLong.empty();

    private void take(int type, byte[] buffer, int from, int to) {
      switch (type) {
        case UNIX_DIAG_NAME -> name = Optional.of(name(buffer, from, to));
        case UNIX_DIAG_VFS -> {
          AttributeList.checked(buffer, from, to, 8);
          file = Optional.of(new File(word(buffer, from), word(buffer, from + 4)));
        }
        case UNIX_DIAG_PEER -> peer = OptionalLong.of(number(buffer, from, to));
        case UNIX_DIAG_RQLEN -> {
          AttributeList.checked(buffer, from, to, 8);
          queue = Optional.of(new Queue(word(buffer, from), word(buffer, from + 4)));
        }
        case UNIX_DIAG_UID -> uid = OptionalLong.of(number(buffer, from, to));
        default -> {}
      }
    }

    private static long number(byte[] buffer, int from, int to) {
      AttributeList.checked(buffer, from, to, 4);
      return word(buffer, from);
    }

    private static long word(byte[] buffer, int at) {
      return Bytes.getUnsignedInt(buffer, at);
    }

    /** A path ends with the NUL that the kernel appended; in an abstract name every byte counts. */
    private static String name(byte[] buffer, int from, int to) {
      int end = to;
      if (from < to && buffer[from] != 0) {
        end = from;
        while (end < to && buffer[end] != 0) {
          end++;
        }
      }
      return Bytes.text(buffer, from, end - from);
    }
  }
}

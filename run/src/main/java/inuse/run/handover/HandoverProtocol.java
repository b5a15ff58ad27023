package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.MSG_CMSG_CLOEXEC;
import static inuse.kernel.abi.Constants.MSG_DONTWAIT;
import static inuse.kernel.abi.Constants.MSG_NOSIGNAL;
import static inuse.kernel.abi.Constants.SCM_RIGHTS;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_NONBLOCK;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.SOL_SOCKET;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/**
 * The protocol of two supervisors of one user about a listener, over a unix socket ({@link
 * HandoverDirectories}). Both ends look at who the other one is.
 */
final class HandoverProtocol {
  /** The other end is of another user or namespace. */
  static final int STRANGER = -Errno.EPERM.code();

  /** CMSG_SPACE(sizeof(int)), CMSG_LEN(sizeof(int)), and where the descriptor is. */
  private static final int CONTROL_BYTES = 24;

  private static final int CONTROL_LENGTH = 20;
  private static final int DESCRIPTOR_AT = 16;

  private static final int MAX_TEXT = 256;
  private static final int BACKLOG = 8;

  private HandoverProtocol() {}

  /**
   * A message.
   *
   * @param descriptor that came with it, or -1
   */
  record Message(String text, int descriptor) {}

  /** Listens at that struct sockaddr_un: a descriptor, or a negated errno. */
  static int listen(SystemCalls calls, byte[] address) {
    int fd = socket(calls);
    if (fd < 0) {
      return fd;
    }
    int result = calls.bind(fd, address);
    result = result < 0 ? result : calls.listen(fd, BACKLOG);
    if (result < 0) {
      calls.close(fd);
      return result;
    }
    return fd;
  }

  /**
   * Connects to the supervisor that listens there: a descriptor, a negated errno, or {@link
   * #STRANGER}.
   */
  static int connect(Host host, byte[] address) {
    SystemCalls calls = host.calls();
    int fd = socket(calls);
    if (fd < 0) {
      return fd;
    }
    int result = calls.connect(fd, address);
    if (result < 0) {
      calls.close(fd);
      return result;
    }
    return ours(host, fd);
  }

  /** Accepts a connection: a descriptor, a negated errno, or {@link #STRANGER}. */
  static int accept(Host host, int listener) {
    int fd = host.calls().accept(listener, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd < 0 ? fd : ours(host, fd);
  }

  private static int socket(SystemCalls calls) {
    return calls.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }

  private static int ours(Host host, int fd) {
    if (HandoverPeer.isOneOfUs(host, fd)) {
      return fd;
    }
    host.calls().close(fd);
    return STRANGER;
  }

  static void say(SystemCalls calls, int fd, String text) {
    calls.send(fd, Bytes.of(text), MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  /** Sends a descriptor; false where the queue is full or the peer has gone. */
  static boolean give(SystemCalls calls, int fd, String text, int descriptor) {
    byte[] control = new byte[CONTROL_BYTES];
    Bytes.putLong(control, 0, CONTROL_LENGTH);
    Bytes.putInt(control, 8, SOL_SOCKET);
    Bytes.putInt(control, 12, SCM_RIGHTS);
    Bytes.putInt(control, DESCRIPTOR_AT, descriptor);
    return calls.sendMessage(fd, Bytes.of(text), control, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
  }

  /** Receives a message; empty where the peer has gone. */
  static Optional<Message> hear(SystemCalls calls, int fd) {
    byte[] text = new byte[MAX_TEXT];
    byte[] control = new byte[CONTROL_BYTES];
    int length = calls.receiveMessage(fd, text, control, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    // Also a message without a text may bring descriptors, which are ours then.
    int descriptor = length < 0 ? -1 : descriptor(calls, control);
    Optional<Message> message =
        length < 0
            ? Optional.empty()
            : Optional.of(new Message(Bytes.text(text, 0, Math.min(length, MAX_TEXT)), descriptor));
    if (length == 0) {
      drop(calls, message);
      return Optional.empty();
    }
    return message;
  }

  /** The only one, or -1: of several, which make no sense, none is kept. */
  private static int descriptor(SystemCalls calls, byte[] control) {
    boolean carries =
        Bytes.getInt(control, 8) == SOL_SOCKET && Bytes.getInt(control, 12) == SCM_RIGHTS;
    long length = carries ? Math.min(Bytes.getLong(control, 0), CONTROL_BYTES) : 0;
    if (length == CONTROL_LENGTH) {
      return Bytes.getInt(control, DESCRIPTOR_AT);
    }
    for (int at = DESCRIPTOR_AT; at + Integer.BYTES <= length; at += Integer.BYTES) {
      calls.close(Bytes.getInt(control, at));
    }
    return -1;
  }

  /** Closes a descriptor that came with a message and is not wanted. */
  static void drop(SystemCalls calls, Optional<Message> message) {
    message.map(Message::descriptor).filter(one -> one >= 0).ifPresent(calls::close);
  }
}

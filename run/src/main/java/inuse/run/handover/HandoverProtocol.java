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
import static inuse.kernel.abi.Constants.SO_PEERCRED;

import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;
import java.util.Optional;

/**
 * The protocol of two supervisors of one user about a listener: over an abstract unix socket, in
 * the network namespace of the listener and named after it. Any user may bind such a name, so both
 * ends check the peer's uid.
 */
final class HandoverProtocol {
  /** sizeof(struct ucred), and where its uid is. */
  private static final int CREDENTIALS_BYTES = 12;

  private static final int UID_AT = 4;

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

  /** Listens under the name for a listener: a descriptor, or a negated errno. */
  static int listen(SystemCalls calls, BindKey key) {
    int fd = socket(calls);
    int result = calls.bind(fd, name(calls, key));
    result = result < 0 ? result : calls.listen(fd, BACKLOG);
    if (result < 0) {
      calls.close(fd);
      return result;
    }
    return fd;
  }

  /**
   * Connects to the supervisor that listens under that name, if it is of the same user: a
   * descriptor, or a negative number.
   */
  static int connect(SystemCalls calls, BindKey key) {
    int fd = socket(calls);
    int result = calls.connect(fd, name(calls, key));
    return result < 0 ? refuse(calls, fd) : ours(calls, fd);
  }

  /** Accepts a connection, if the peer is of the same user: a descriptor, or a negative number. */
  static int accept(SystemCalls calls, int listener) {
    int fd = calls.accept(listener, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd < 0 ? fd : ours(calls, fd);
  }

  private static int socket(SystemCalls calls) {
    return calls.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }

  private static int ours(SystemCalls calls, int fd) {
    byte[] credentials = new byte[CREDENTIALS_BYTES];
    boolean own =
        calls.getSocketOption(fd, SOL_SOCKET, SO_PEERCRED, credentials) == CREDENTIALS_BYTES
            && Bytes.getUnsignedInt(credentials, UID_AT) == calls.getEffectiveUid();
    return own ? fd : refuse(calls, fd);
  }

  private static int refuse(SystemCalls calls, int fd) {
    calls.close(fd);
    return -1;
  }

  /** The name for a listener, different for each user. */
  private static byte[] name(SystemCalls calls, BindKey key) {
    return UnixAddress.of("\0inuse-handover/" + calls.getEffectiveUid() + "/" + key.text());
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
    if (length <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Message(Bytes.text(text, 0, Math.min(length, MAX_TEXT)), descriptor(calls, control)));
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

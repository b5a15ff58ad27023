package inuse.kernel.seccomp;

import static inuse.kernel.abi.Constants.SECCOMP_ADDFD_FLAG_SETFD;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_ADDFD;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_ID_VALID;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_RECV;
import static inuse.kernel.abi.Constants.SECCOMP_IOCTL_NOTIF_SEND;
import static inuse.kernel.abi.Constants.SECCOMP_USER_NOTIF_FLAG_CONTINUE;

import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/** The notifications of a seccomp filter (seccomp_unotify(2)). */
public final class Notifications {
  private static final int RESPONSE_BYTES = 24;
  private static final int FLAGS_AT = 20;

  /** sizeof(struct seccomp_notif_addfd). */
  private static final int REPLACEMENT_BYTES = 24;

  private final SystemCalls calls;
  private final int fd;

  /**
   * The notifications of one filter.
   *
   * @param fd readable when there is one, POLLHUP when no process runs under the filter any more
   */
  public Notifications(SystemCalls calls, int fd) {
    this.calls = calls;
    this.fd = fd;
  }

  public int fd() {
    return fd;
  }

  /** The next notification, for which it waits; empty where the calling thread has gone. */
  public Optional<Notification> next() {
    // The kernel requires a zeroed buffer.
    byte[] bytes = new byte[Notification.BYTES];
    return calls.ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, bytes) < 0
        ? Optional.empty()
        : Optional.of(Notification.of(bytes));
  }

  /** Whether the calling thread still waits: then memory that was read belonged to its process. */
  public boolean isValid(Notification call) {
    byte[] id = new byte[8];
    Bytes.putLong(id, 0, call.id());
    return calls.ioctl(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, id) >= 0;
  }

  /** Lets the kernel make the call. */
  public void goOn(Notification call) {
    answer(call, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  }

  /** Answers the call with success, without making it. */
  public void succeed(Notification call) {
    answer(call, 0);
  }

  private void answer(Notification call, int flags) {
    byte[] response = new byte[RESPONSE_BYTES];
    Bytes.putLong(response, 0, call.id());
    Bytes.putInt(response, FLAGS_AT, flags);
    // ENOENT where the calling thread has gone.
    calls.ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, response);
  }

  /**
   * Replaces the file of a descriptor in the calling process by another one
   * (SECCOMP_IOCTL_NOTIF_ADDFD): a negated errno on failure.
   *
   * @param theirs the descriptor in the calling process
   * @param ours our descriptor of the other file
   * @param flags of the descriptor there: O_CLOEXEC, or zero
   */
  public int replace(Notification call, int theirs, int ours, int flags) {
    byte[] request = new byte[REPLACEMENT_BYTES];
    Bytes.putLong(request, 0, call.id());
    Bytes.putInt(request, 8, SECCOMP_ADDFD_FLAG_SETFD);
    Bytes.putInt(request, 12, ours);
    Bytes.putInt(request, 16, theirs);
    Bytes.putInt(request, 20, flags);
    return calls.ioctl(fd, SECCOMP_IOCTL_NOTIF_ADDFD, request);
  }
}

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

/** The system calls that a filter tells of. */
public final class Notifications {
  private static final int RESPONSE_BYTES = 24;
  private static final int FLAGS_AT = 20;

  /** sizeof(struct seccomp_notif_addfd). */
  private static final int REPLACEMENT_BYTES = 24;

  private final SystemCalls calls;
  private final int fd;

  /**
   * Those of one filter.
   *
   * @param fd readable when there is one, hung up when nobody runs under the filter any more
   */
  public Notifications(SystemCalls calls, int fd) {
    this.calls = calls;
    this.fd = fd;
  }

  public int fd() {
    return fd;
  }

  /** The next one; nothing where whoever made it is gone. Waits where there is none. */
  public Optional<Notification> next() {
    // The kernel takes nothing but zeroes.
    byte[] bytes = new byte[Notification.BYTES];
    return calls.ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, bytes) < 0
        ? Optional.empty()
        : Optional.of(Notification.of(bytes));
  }

  /** Whether whoever made it still waits: what was read of its memory was its own. */
  public boolean isValid(Notification call) {
    byte[] id = new byte[8];
    Bytes.putLong(id, 0, call.id());
    return calls.ioctl(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, id) >= 0;
  }

  /** The kernel makes the call, as if nobody had looked. */
  public void goOn(Notification call) {
    answer(call, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  }

  /** The call is not made: whoever made it hears that it succeeded. */
  public void succeed(Notification call) {
    answer(call, 0);
  }

  private void answer(Notification call, int flags) {
    byte[] response = new byte[RESPONSE_BYTES];
    Bytes.putLong(response, 0, call.id());
    Bytes.putInt(response, FLAGS_AT, flags);
    // ENOENT where whoever made it is gone.
    calls.ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, response);
  }

  /**
   * Puts another file in the place of the one that a descriptor of whoever made the call stands
   * for, or says by a negated errno why not.
   *
   * @param theirs that descriptor
   * @param ours of the other file
   * @param flags of theirs: O_CLOEXEC, or zero
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

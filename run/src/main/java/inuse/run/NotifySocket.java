package inuse.run;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_NONBLOCK;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;
import java.time.Duration;

/** The service manager's notification socket (sd_notify(3)). */
public final class NotifySocket {
  /** Between two attempts to reach a manager that does not read. */
  private static final long PAUSE = Duration.ofMillis(100).toNanos();

  private final SystemCalls calls;
  private final String socket;
  private boolean isReady;
  private boolean stops;
  private long retryAt;

  /**
   * The socket of that address.
   *
   * @param socket NOTIFY_SOCKET: a path, or a name that begins with an {@code @}
   */
  public NotifySocket(Host host, String socket) {
    calls = host.calls();
    this.socket = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
  }

  boolean waits() {
    return !isReady && !stops;
  }

  /** Says so, as soon as the manager's queue takes it. */
  void ready() {
    long now = calls.clockNanos(CLOCK_MONOTONIC);
    if (waits() && now >= retryAt) {
      isReady = isSaid("READY=1\nMAINPID=" + calls.getPid() + "\n");
      retryAt = now + PAUSE;
    }
  }

  /** The time from which on it may be said; in the past unless the manager's queue was full. */
  long retryAt() {
    return retryAt;
  }

  void stopping() {
    if (!stops) {
      stops = true;
      var _ = isSaid("STOPPING=1\n");
    }
  }

  /**
   * Sends a message, without waiting; false where the queue is full. Other errors are ignored,
   * since a manager that has gone needs none.
   */
  private boolean isSaid(String text) {
    int fd = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
      return true;
    }
    int sent = calls.sendTo(fd, Bytes.of(text), UnixAddress.of(socket));
    calls.close(fd);
    return sent != -Errno.EAGAIN.code();
  }
}

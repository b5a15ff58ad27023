package inuse.run;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;

/** The service manager's notification socket (sd_notify(3)). */
public final class NotifySocket {
  private final SystemCalls calls;
  private final String socket;
  private boolean isReady;
  private boolean stops;

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

  void ready() {
    if (waits()) {
      isReady = true;
      say("READY=1\nMAINPID=" + calls.getPid() + "\n");
    }
  }

  void stopping() {
    if (!stops) {
      stops = true;
      say("STOPPING=1\n");
    }
  }

  /** Sends a message; errors are ignored, since a manager that has gone needs none. */
  private void say(String text) {
    int fd = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    calls.sendTo(fd, Bytes.of(text), UnixAddress.of(socket));
    calls.close(fd);
  }
}

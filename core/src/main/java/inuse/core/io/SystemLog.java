package inuse.core.io;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.MSG_DONTWAIT;
import static inuse.kernel.abi.Constants.MSG_NOSIGNAL;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.time.Duration;

/** The system's log, where syslog or the journal listens (syslog(3), systemd-journald(8)). */
public final class SystemLog {
  /** Its socket. */
  public static final String PATH = "/dev/log";

  /** LOG_USER with LOG_NOTICE (linux/syslog.h, RFC 3164). */
  private static final String PRIORITY = "<13>";

  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  private final SystemCalls calls;

  public SystemLog(Host host) {
    calls = host.calls();
  }

  /** Sends a line, prefixed by the sender's name; whether a log accepted it. */
  public boolean send(String message) {
    int fd = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return false;
    }
    byte[] path = Bytes.of(PATH);
    byte[] address = new byte[2 + path.length + 1];
    Bytes.putShort(address, 0, AF_UNIX);
    System.arraycopy(path, 0, address, 2, path.length);
    int sent = calls.connect(fd, address);
    if (sent >= 0) {
      // A log that does not read must not keep us.
      sent =
          calls.awaitOutput(fd, PATIENCE) > 0
              ? calls.send(fd, Bytes.utf8(PRIORITY + message), MSG_NOSIGNAL | MSG_DONTWAIT)
              : -Errno.EAGAIN.code();
    }
    calls.close(fd);
    return sent >= 0;
  }
}

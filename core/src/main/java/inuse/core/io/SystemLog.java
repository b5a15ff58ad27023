package inuse.core.io;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.MSG_NOSIGNAL;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;

import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;

/** The system's log, where syslog or the journal listens (syslog(3), systemd-journald(8)). */
public final class SystemLog {
  /** Its socket. */
  public static final String PATH = "/dev/log";

  /** LOG_USER with LOG_NOTICE (linux/syslog.h, RFC 3164). */
  private static final String PRIORITY = "<13>";

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
      sent = calls.send(fd, Bytes.utf8(PRIORITY + message), MSG_NOSIGNAL);
    }
    calls.close(fd);
    return sent >= 0;
  }
}

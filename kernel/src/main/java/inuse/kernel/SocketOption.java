package inuse.kernel;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;

import java.util.OptionalLong;

/** Options of a socket that are a number (getsockopt(2), setsockopt(2)). */
public final class SocketOption {
  private static final int INT_BYTES = 4;
  private static final int COOKIE_BYTES = 8;

  private SocketOption() {}

  /** An int, or -1 where the socket has no such option. */
  public static int number(SystemCalls calls, int fd, int level, int option) {
    byte[] value = new byte[INT_BYTES];
    return calls.getSocketOption(fd, level, option, value) == INT_BYTES
        ? Bytes.getInt(value, 0)
        : -1;
  }

  /** A cookie of SOL_SOCKET; empty where the kernel does not know the option. */
  public static OptionalLong cookie(SystemCalls calls, int fd, int option) {
    byte[] value = new byte[COOKIE_BYTES];
    return calls.getSocketOption(fd, SOL_SOCKET, option, value) == COOKIE_BYTES
        ? OptionalLong.of(Bytes.getLong(value, 0))
        : OptionalLong.empty();
  }

  /** The cookie of our network namespace; empty before Linux 5.14. */
  public static OptionalLong ownNamespace(SystemCalls calls) {
    int socket = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
      return OptionalLong.empty();
    }
    OptionalLong cookie = cookie(calls, socket, SO_NETNS_COOKIE);
    calls.close(socket);
    return cookie;
  }

  /** Sets an option that is on or off: zero, or a negated errno. */
  public static int set(SystemCalls calls, int fd, int level, int option, boolean on) {
    byte[] value = new byte[INT_BYTES];
    Bytes.putInt(value, 0, on ? 1 : 0);
    return calls.setSocketOption(fd, level, option, value);
  }
}

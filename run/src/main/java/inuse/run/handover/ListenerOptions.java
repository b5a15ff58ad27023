package inuse.run.handover;

import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_KEEPALIVE;
import static inuse.kernel.abi.Constants.SO_LINGER;
import static inuse.kernel.abi.Constants.SO_PRIORITY;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;
import static inuse.kernel.abi.Constants.TCP_DEFER_ACCEPT;
import static inuse.kernel.abi.Constants.TCP_FASTOPEN;
import static inuse.kernel.abi.Constants.TCP_KEEPCNT;
import static inuse.kernel.abi.Constants.TCP_KEEPIDLE;
import static inuse.kernel.abi.Constants.TCP_KEEPINTVL;
import static inuse.kernel.abi.Constants.TCP_NODELAY;
import static inuse.kernel.abi.Constants.TCP_USER_TIMEOUT;

import inuse.kernel.SystemCalls;
import java.util.Arrays;

/**
 * Socket options that a program may set before it binds, and that accepted connections inherit
 * (socket(7), tcp(7)). Buffer sizes are excluded: a buffer that is set no longer grows
 * automatically.
 */
final class ListenerOptions {
  private static final int[] OF_SOCKETS = {
    SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE, SO_PRIORITY, SO_LINGER
  };

  private static final int[] OF_TCP = {
    TCP_NODELAY,
    TCP_KEEPIDLE,
    TCP_KEEPINTVL,
    TCP_KEEPCNT,
    TCP_DEFER_ACCEPT,
    TCP_USER_TIMEOUT,
    TCP_FASTOPEN
  };

  /** sizeof(struct linger), the largest value. */
  private static final int MAX_BYTES = 8;

  private ListenerOptions() {}

  static void copy(SystemCalls calls, int from, int to) {
    for (int option : OF_SOCKETS) {
      copy(calls, from, to, SOL_SOCKET, option);
    }
    for (int option : OF_TCP) {
      copy(calls, from, to, IPPROTO_TCP, option);
    }
  }

  private static void copy(SystemCalls calls, int from, int to, int level, int option) {
    byte[] wanted = new byte[MAX_BYTES];
    byte[] there = new byte[MAX_BYTES];
    int length = calls.getSocketOption(from, level, option, wanted);
    if (length > 0
        && calls.getSocketOption(to, level, option, there) == length
        && !Arrays.equals(wanted, there)) {
      calls.setSocketOption(to, level, option, Arrays.copyOf(wanted, length));
    }
  }
}

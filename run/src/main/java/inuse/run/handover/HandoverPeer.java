package inuse.run.handover;

import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_PEERCRED;
import static inuse.kernel.abi.Constants.SO_PEERPIDFD;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import java.util.List;

/**
 * The process at the other end of a connection. A uid alone says little: root in a container that
 * has the host's network is uid 0 too. The mount namespace is not compared, because each run of a
 * systemd service with a /tmp of its own has another one.
 */
final class HandoverPeer {
  /** sizeof(struct ucred), and where its uid is; its pid comes first. */
  private static final int CREDENTIALS_BYTES = 12;

  private static final int UID_AT = 4;

  private HandoverPeer() {}

  /** Whether it is of our user, and in our pid and user namespaces. */
  static boolean isOneOfUs(Host host, int connection) {
    SystemCalls calls = host.calls();
    byte[] credentials = new byte[CREDENTIALS_BYTES];
    if (calls.getSocketOption(connection, SOL_SOCKET, SO_PEERCRED, credentials) != CREDENTIALS_BYTES
        || Bytes.getUnsignedInt(credentials, UID_AT) != calls.getEffectiveUid()) {
      return false;
    }
    // Zero where our pid namespace does not see it.
    int pid = Bytes.getInt(credentials, 0);
    int pidfd = pid <= 0 ? -1 : pidfd(calls, connection, pid);
    if (pidfd < 0) {
      return false;
    }
    try {
      boolean shared = List.of("pid", "user").stream().allMatch(one -> isShared(host, pid, one));
      // It is there still: the pid was its own all the time.
      return shared && calls.awaitInput(pidfd, 0) == 0;
    } finally {
      calls.close(pidfd);
    }
  }

  /** Of the process that connected or listened; before Linux 6.5 of whoever has its pid. */
  private static int pidfd(SystemCalls calls, int connection, int pid) {
    byte[] fd = new byte[Integer.BYTES];
    return calls.getSocketOption(connection, SOL_SOCKET, SO_PEERPIDFD, fd) == Integer.BYTES
        ? Bytes.getInt(fd, 0)
        : calls.pidfdOpen(pid, 0);
  }

  private static boolean isShared(Host host, int pid, String namespace) {
    return host.proc().link("/proc/self/ns/" + namespace)
            instanceof CallResult.Ok<String>(String ours)
        && host.proc().link("/proc/" + pid + "/ns/" + namespace)
            instanceof CallResult.Ok<String>(String theirs)
        && ours.equals(theirs);
  }
}

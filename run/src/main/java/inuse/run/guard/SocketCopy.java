package inuse.run.guard;

import static inuse.kernel.abi.Constants.O_EXCL;

import inuse.core.io.Host;
import inuse.core.io.ProcessNumbers;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.ProcessStatus;
import inuse.kernel.seccomp.Notification;

/** A duplicate of the descriptor that is a system call's first argument. */
final class SocketCopy {
  private SocketCopy() {}

  /** The duplicate, which the caller closes, or a negated errno. */
  static int of(Host host, Notification call) {
    SystemCalls calls = host.calls();
    int pidfd = pidfd(host, call.thread());
    if (pidfd < 0) {
      return pidfd;
    }
    int copy = calls.pidfdGetFd(pidfd, (int) call.first());
    calls.close(pidfd);
    return copy;
  }

  /**
   * A pidfd of the thread itself (PIDFD_THREAD, which is O_EXCL, from Linux 6.9 on), or of its
   * process.
   */
  private static int pidfd(Host host, int thread) {
    int pidfd = host.calls().pidfdOpen(thread, O_EXCL);
    if (pidfd >= 0) {
      return pidfd;
    }
    // In a /proc of another pid namespace it is another thread's.
    return new ProcessNumbers(host).areOurs().is(true)
            && ProcessStatus.read(host.proc(), thread)
                instanceof CallResult.Ok<ProcessStatus>(var status)
        ? host.calls().pidfdOpen(status.threadGroup(), 0)
        : pidfd;
  }
}

package inuse.core.io;

import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.PidfdInfo;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Unparsable;
import java.util.Optional;

/**
 * Whether the pids that /proc shows name the same processes in system calls. They do not where
 * /proc is of another pid namespace: after {@code unshare --pid} without {@code --mount-proc}, or
 * in a container that was given the host's.
 */
public final class ProcessNumbers {
  /** PROC_PID_INIT_INO of include/linux/proc_ns.h: the initial PID namespace, a constant. */
  private static final String FIRST_PID_NAMESPACE = "pid:[4026531836]";

  private final SystemCalls calls;
  private final Proc proc;

  public ProcessNumbers(Host host) {
    calls = host.calls();
    proc = host.proc();
  }

  /**
   * Whether /proc shows the pid namespace of this process: false too where /proc does not show this
   * process at all. Unknown where the kernel has no pidfds.
   */
  public Reading<Boolean> areOurs() {
    int self = calls.getPid();
    int pidfd = calls.pidfdOpen(self, 0);
    if (pidfd < 0) {
      return Reading.unknown(Readings.of(Errno.of(pidfd)));
    }
    // The number alone may be the same in two namespaces; only in our own have we a single one.
    boolean ours =
        info(pidfd).filter(one -> one.pid() == self && one.namespaces() <= 1).isPresent();
    calls.close(pidfd);
    return Reading.known(ours);
  }

  /** Whether this process is in the first pid namespace, which sees every process of the host. */
  public boolean areOfWholeHost() {
    return proc.link("/proc/self/ns/pid") instanceof CallResult.Ok<String>(String namespace)
        && namespace.equals(FIRST_PID_NAMESPACE);
  }

  /** Whether the process of a pidfd is the one that /proc shows by that pid. */
  public boolean isOf(int pidfd, Pid pid) {
    return info(pidfd).filter(one -> one.pid() == pid.number()).isPresent();
  }

  private Optional<PidfdInfo> info(int pidfd) {
    try {
      return PidfdInfo.read(proc, pidfd) instanceof CallResult.Ok<PidfdInfo>(PidfdInfo info)
          ? Optional.of(info)
          : Optional.empty();
    } catch (Unparsable broken) {
      return Optional.empty();
    }
  }
}

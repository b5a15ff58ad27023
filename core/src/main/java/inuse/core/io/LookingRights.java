package inuse.core.io;

import static inuse.kernel.abi.Constants.CAP_BPF;
import static inuse.kernel.abi.Constants.CAP_DAC_OVERRIDE;
import static inuse.kernel.abi.Constants.CAP_DAC_READ_SEARCH;
import static inuse.kernel.abi.Constants.CAP_NET_ADMIN;
import static inuse.kernel.abi.Constants.CAP_NET_BIND_SERVICE;
import static inuse.kernel.abi.Constants.CAP_NET_RAW;
import static inuse.kernel.abi.Constants.CAP_PERFMON;
import static inuse.kernel.abi.Constants.CAP_SETUID;
import static inuse.kernel.abi.Constants.CAP_SYS_ADMIN;
import static inuse.kernel.abi.Constants.CAP_SYS_PTRACE;

import inuse.core.evidence.SearchCoverage;
import inuse.kernel.CallResult;
import inuse.kernel.Capabilities;
import inuse.kernel.SystemCalls;
import java.util.function.Supplier;

/** What of root's rights a look takes; whoever only looks gives up the others. */
public final class LookingRights {
  /*
   * capabilities(7), and what each is for:
   *
   *   CAP_SYS_PTRACE        what others have open, and duplicates of it (/proc/PID/fd, pidfd_getfd, kcmp)
   *   CAP_DAC_READ_SEARCH   the directories of /proc/PID, and control groups by their handle
   *   CAP_DAC_OVERRIDE      whether root's server could make a socket file there, and the API socket
   *                         of a container engine of another user
   *   CAP_SYS_ADMIN         entering other network namespaces
   *   CAP_NET_BIND_SERVICE  the bind of a privileged port
   *   CAP_NET_RAW           the bind to an interface, before Linux 5.7
   *   CAP_SETUID            the bind as another user
   *   CAP_BPF, CAP_PERFMON  the search of a crowded host by the kernel itself
   *
   * CAP_NET_ADMIN is kept too, but is effective only while the rules of the packet filter are read.
   * sock_diag, rtnetlink and sysctls take none. Without the others no signal reaches a process of
   * another user, and no module, clock, device or owner of a file is changed.
   */
  private static final long KEPT =
      1L << CAP_SYS_PTRACE
          | 1L << CAP_DAC_READ_SEARCH
          | 1L << CAP_DAC_OVERRIDE
          | 1L << CAP_SYS_ADMIN
          | 1L << CAP_NET_BIND_SERVICE
          | 1L << CAP_NET_RAW
          | 1L << CAP_BPF
          | 1L << CAP_PERFMON
          | 1L << CAP_SETUID;

  private static final long FOR_RULES = 1L << CAP_NET_ADMIN;

  private LookingRights() {}

  /** With what rights others' open files are read. */
  public static SearchCoverage.Rights of(SystemCalls calls) {
    if (calls.getEffectiveUid() != 0) {
      return SearchCoverage.Rights.USER;
    }
    boolean lacks =
        Capabilities.read(calls) instanceof CallResult.Ok<Capabilities>(var ours)
            && (ours.effective() & 1L << CAP_SYS_PTRACE) == 0;
    return lacks ? SearchCoverage.Rights.ROOT_WITHOUT_PTRACE : SearchCoverage.Rights.ROOT;
  }

  /** What would show the open files that were denied. */
  public static String whatShowsFiles(SystemCalls calls) {
    return switch (of(calls)) {
      case USER -> "run as root";
      case ROOT_WITHOUT_PTRACE ->
          "reading them takes CAP_SYS_PTRACE; for a container: --cap-add SYS_PTRACE";
      case ROOT -> "a security module or user namespace hides them, also from root";
    };
  }

  /** Gives up, for good, what the calling thread has and does not need. */
  public static void keepOnly(Host host) {
    if (Capabilities.read(host.calls()) instanceof CallResult.Ok<Capabilities>(var ours)) {
      Capabilities kept = ours.within(KEPT | FOR_RULES).effectiveWithin(KEPT);
      if (!kept.equals(ours)) {
        // Where that is refused it is as it was, which harms nobody.
        var _ = kept.set(host.calls());
      }
    }
  }

  /** Does something with the right to see the packet filter's rules, and only that. */
  public static <T> T forRules(SystemCalls calls, Supplier<T> action) {
    return Capabilities.with(calls, FOR_RULES, action);
  }
}

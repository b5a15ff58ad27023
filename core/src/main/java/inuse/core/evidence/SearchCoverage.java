package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * How far the search for holders could see. It matters only where a socket was not found in any
 * /proc/PID/fd.
 *
 * @param rights with what rights the search ran
 * @param wholeHost whether the PID namespace is the first one, which sees every process
 * @param complete whether every visible process was searched
 * @param cut whether the time was over before that
 * @param kernelUsers parts of the kernel that may have the port
 * @param cgroups what owns the control groups in which such sockets were made
 */
public record SearchCoverage(
    Rights rights,
    boolean wholeHost,
    boolean complete,
    boolean cut,
    List<KernelUser> kernelUsers,
    List<CgroupSupervision> cgroups) {

  /** What decides whose open files are shown (ptrace(2), "Ptrace access mode checking"). */
  public enum Rights {
    /** An ordinary user is shown its own. */
    USER,
    /** As root in most containers, which is shown those of processes with no more capabilities. */
    ROOT_WITHOUT_PTRACE,
    /** Root with CAP_SYS_PTRACE. */
    ROOT
  }

  /** Every socket was found in /proc/PID/fd. */
  public static final SearchCoverage NOT_NEEDED =
      new SearchCoverage(Rights.USER, true, true, List.of(), List.of());

  /** A search that ended by itself. */
  public SearchCoverage(
      Rights rights,
      boolean wholeHost,
      boolean complete,
      List<KernelUser> kernelUsers,
      List<CgroupSupervision> cgroups) {
    this(rights, wholeHost, complete, false, kernelUsers, cgroups);
  }

  public SearchCoverage {
    kernelUsers = List.copyOf(kernelUsers);
    cgroups = List.copyOf(cgroups);
  }

  /** The unit or container that owns a control group, by what its path says. */
  public record CgroupSupervision(
      Untrusted cgroup, Optional<Statement<Unit>> unit, Optional<Statement<Container>> container) {}

  /** What owns the control group in which a socket was made. */
  public Optional<CgroupSupervision> supervisionOf(BoundSocket socket) {
    return cgroups.stream().filter(one -> socket.cgroup().is(one.cgroup())).findFirst();
  }
}

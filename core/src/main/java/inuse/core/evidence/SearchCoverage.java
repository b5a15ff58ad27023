package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * How far the search for holders could see. It matters only where a socket was not found in any
 * /proc/PID/fd.
 *
 * @param asRoot whether the search ran as root
 * @param wholeHost whether the PID namespace is the first one, which sees every process
 * @param complete whether every visible process was searched
 * @param cut whether the time was over before that
 * @param kernelUsers parts of the kernel that may have the port
 * @param cgroups what owns the control groups in which such sockets were made
 */
public record SearchCoverage(
    boolean asRoot,
    boolean wholeHost,
    boolean complete,
    boolean cut,
    List<KernelUser> kernelUsers,
    List<CgroupSupervision> cgroups) {

  /** Every socket was found in /proc/PID/fd. */
  public static final SearchCoverage NOT_NEEDED =
      new SearchCoverage(false, true, true, List.of(), List.of());

  /** A search that ended by itself. */
  public SearchCoverage(
      boolean asRoot,
      boolean wholeHost,
      boolean complete,
      List<KernelUser> kernelUsers,
      List<CgroupSupervision> cgroups) {
    this(asRoot, wholeHost, complete, false, kernelUsers, cgroups);
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

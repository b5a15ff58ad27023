package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * How far the search for holders could see. Only where some socket's process was not found in
 * /proc/PID/fd is there anything to tell.
 *
 * @param asRoot whether root looked
 * @param wholeHost whether the PID namespace is the first one, which sees every process
 * @param complete whether every process that is seen was looked into
 * @param kernelUsers parts of the kernel that may have the port
 * @param cgroups who is in charge of the control groups in which such sockets were made
 */
public record SearchCoverage(
    boolean asRoot,
    boolean wholeHost,
    boolean complete,
    List<KernelUser> kernelUsers,
    List<CgroupSupervision> cgroups) {

  /** Everything was found at once. */
  public static final SearchCoverage NOT_NEEDED =
      new SearchCoverage(false, true, true, List.of(), List.of());

  public SearchCoverage {
    kernelUsers = List.copyOf(kernelUsers);
    cgroups = List.copyOf(cgroups);
  }

  /** Who runs what is in a control group. */
  public record CgroupSupervision(
      Untrusted cgroup, Optional<Unit> unit, Optional<Container> container) {}

  /** Who is in charge of the control group in which a socket was made. */
  public Optional<CgroupSupervision> supervisionOf(BoundSocket socket) {
    return cgroups.stream().filter(one -> socket.cgroup().is(one.cgroup())).findFirst();
  }
}

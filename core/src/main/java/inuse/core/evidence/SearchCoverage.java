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
 * @param charges who is in charge of the control groups in which such sockets were made
 */
public record Search(
    boolean asRoot,
    boolean wholeHost,
    boolean complete,
    List<KernelUser> kernelUsers,
    List<Charge> charges) {

  /** Everything was found at once. */
  public static final Search NOT_NEEDED = new Search(false, true, true, List.of(), List.of());

  public Search {
    kernelUsers = List.copyOf(kernelUsers);
    charges = List.copyOf(charges);
  }

  /** Who runs what is in a control group. */
  public record Charge(Untrusted cgroup, Optional<Unit> unit, Optional<Container> container) {}

  /** Who is in charge of the control group in which a socket was made. */
  public Optional<Charge> chargeOf(BoundSocket socket) {
    return charges.stream().filter(one -> socket.cgroup().is(one.cgroup())).findFirst();
  }
}

package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What else a process has, which goes when it ends.
 *
 * @param also other addresses that it serves
 * @param client whom it serves on a connection to another port, as a session of that port's server
 * @param children processes that it started and that run on
 */
public record Collateral(
    Pid pid, List<BoundSocket> also, Optional<Endpoint> client, List<Ancestor> children) {
  public Collateral {
    also = List.copyOf(also);
    children = List.copyOf(children);
  }
}

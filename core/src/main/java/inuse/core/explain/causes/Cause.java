package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.explain.Phrase;
import inuse.core.explain.Refused;
import inuse.core.explain.Remedy;
import inuse.core.explain.Severity;
import java.util.List;
import java.util.Set;

/**
 * One reason why the kernel refuses a bind. The javadoc of each cause is its page for users.
 *
 * <p>It stands beside its kinds, because a sealed type outside a named module permits only types of
 * its own package.
 */
public sealed interface Cause permits SocketCause, AddressNotLocal, PrivilegedPort, Unexplained {

  /** The id of the contract. */
  String id();

  Severity severity();

  /** The newcomers that it refuses. */
  Set<Refused> blocks();

  /** The cause in one sentence. */
  Phrase summary();

  /** Why the kernel refuses this newcomer because of it. */
  Phrase why();

  /** The sockets that belong to it. */
  List<BoundSocket> sockets();

  /** The processes that hold any of them, by pid. */
  List<Holder> holders();

  /** What gives the port back, the best first. */
  List<Remedy> remedies();
}

package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.UnixSocket;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Severity;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One reason why the kernel refuses a bind. The javadoc of each cause is its page for users.
 *
 * <p>It stands beside its kinds, because a sealed type outside a named module permits only types of
 * its own package.
 */
public sealed interface Cause
    permits SocketCause,
        UnixCause,
        AddressNotLocal,
        BindPolicy,
        EphemeralExhausted,
        NotASocket,
        PrivilegedPort,
        StaleSocketFile,
        Unexplained {

  /** The id of the contract. */
  String id();

  /** Critical, unless time or SO_REUSEADDR gives the port back. */
  default Severity severity() {
    return Severity.CRITICAL;
  }

  /** The newcomers that it refuses. */
  default Set<BindMode> blocks() {
    return EnumSet.allOf(BindMode.class);
  }

  /** The cause in one sentence. */
  Phrase summary();

  /** Why the kernel refuses this newcomer because of it. */
  Phrase why();

  /** The sockets that belong to it. */
  default List<BoundSocket> sockets() {
    return List.of();
  }

  /** The unix sockets that belong to it. */
  default List<UnixSocket> unixSockets() {
    return List.of();
  }

  /** The processes that hold any of them, by pid. */
  default List<Holder> holders() {
    return List.of();
  }

  /** How its sockets are kept alive where no descriptor shows it: a word of the contract. */
  default Optional<String> via() {
    return Optional.empty();
  }

  /** What gives the port back, the best first. */
  default List<Remedy> remedies() {
    return List.of();
  }
}

package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.SocketState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The sockets in the way that no cause has claimed yet: each socket gets exactly one cause. */
public final class Unclaimed {
  private final PortSnapshot snapshot;
  private final boolean listenersReuseAddress;
  private List<BoundSocket> left = new ArrayList<>();

  public Unclaimed(PortSnapshot snapshot) {
    this.snapshot = snapshot;
    // Once, since there may be thousands of connections.
    listenersReuseAddress =
        snapshot.sockets().stream()
            .filter(one -> one.state() == SocketState.LISTEN)
            .anyMatch(listener -> listener.reuseAddress().is(true));
    for (BoundSocket socket : snapshot.sockets()) {
      if (!refused(socket).isEmpty()) {
        left.add(socket);
      }
    }
  }

  public PortSnapshot snapshot() {
    return snapshot;
  }

  /** Claims the sockets of that kind, if there are any. */
  public Optional<Blockers> claim(Predicate<BoundSocket> kind) {
    if (left.isEmpty()) {
      return Optional.empty();
    }
    List<BoundSocket> claimed = new ArrayList<>();
    List<BoundSocket> rest = new ArrayList<>();
    left.forEach(socket -> (kind.test(socket) ? claimed : rest).add(socket));
    left = rest;
    if (claimed.isEmpty()) {
      return Optional.empty();
    }
    Set<BindMode> blocks = new TreeSet<>();
    claimed.forEach(socket -> blocks.addAll(refused(socket)));
    return Optional.of(new Blockers(snapshot, claimed, blocks));
  }

  /** The kinds of newcomer to this target that a socket refuses. */
  private Set<BindMode> refused(BoundSocket socket) {
    Newcomer asked = snapshot.newcomer();
    Set<BindMode> kinds = new TreeSet<>();
    for (IpAddress address : snapshot.target().addresses()) {
      if (!isInTheWay(socket, address)) {
        continue;
      }
      kinds.add(BindMode.PLAIN);
      if (refusesReuseAddress(socket, asked.withReuseAddress(), address)) {
        kinds.add(BindMode.REUSEADDR);
      }
      if (BindRule.bind(socket, asked.withReusePort(), address) != BindRule.Outcome.ALLOWED) {
        kinds.add(BindMode.REUSEPORT);
      }
    }
    return kinds;
  }

  private boolean isInTheWay(BoundSocket socket, IpAddress address) {
    Newcomer asked = snapshot.newcomer();
    return switch (BindRule.bind(socket, asked, address)) {
      case ALLOWED -> false;
      case REFUSED -> true;
      case DEPENDS ->
          asked.reuseAddress()
              ? refusesReuseAddress(socket, asked, address)
              : Verdict.asAsked(snapshot.probes(), address).filter(Probe::isAllowed).isEmpty();
    };
  }

  /**
   * An option that cannot be read is inferred from the probe, else from the listener, whose options
   * connections inherit, else assumed to be unset.
   */
  private boolean refusesReuseAddress(BoundSocket socket, Newcomer newcomer, IpAddress address) {
    return switch (BindRule.bind(socket, newcomer, address)) {
      case ALLOWED -> false;
      case REFUSED -> true;
      case DEPENDS -> {
        if (Verdict.withReuseAddress(snapshot.probes(), address)
            .filter(Probe::isAllowed)
            .isPresent()) {
          yield false;
        }
        yield !listenersReuseAddress;
      }
    };
  }
}

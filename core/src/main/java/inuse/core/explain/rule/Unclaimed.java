package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.SocketState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The sockets in the way that no cause has claimed yet: each socket gets exactly one cause. */
public final class Unclaimed {
  private final PortSnapshot snapshot;
  private final boolean listenersReuseAddress;
  private List<Refusing> left = new ArrayList<>();

  public Unclaimed(PortSnapshot snapshot) {
    this.snapshot = snapshot;
    // Once, since there may be thousands of connections.
    listenersReuseAddress =
        snapshot.sockets().stream()
            .filter(one -> one.state() == SocketState.LISTEN)
            .anyMatch(listener -> listener.reuseAddress().is(true));
    for (BoundSocket socket : snapshot.sockets()) {
      Set<BindMode> refused = refused(socket);
      if (!refused.isEmpty()) {
        left.add(new Refusing(socket, refused));
      }
    }
  }

  /** A socket in the way, and the kinds of newcomer to this target that it refuses. */
  private record Refusing(BoundSocket socket, Set<BindMode> refused) {}

  public PortSnapshot snapshot() {
    return snapshot;
  }

  /** Claims the sockets of that kind, if there are any. */
  public Optional<Blockers> claim(Predicate<BoundSocket> kind) {
    if (!has(kind)) {
      return Optional.empty();
    }
    List<BoundSocket> claimed = new ArrayList<>();
    List<Refusing> rest = new ArrayList<>();
    Set<BindMode> blocks = EnumSet.noneOf(BindMode.class);
    for (Refusing one : left) {
      if (kind.test(one.socket())) {
        claimed.add(one.socket());
        blocks.addAll(one.refused());
      } else {
        rest.add(one);
      }
    }
    left = rest;
    return Optional.of(new Blockers(snapshot, claimed, blocks));
  }

  /** Whether there is any: most causes claim nothing of most ports. */
  private boolean has(Predicate<BoundSocket> kind) {
    for (Refusing one : left) {
      if (kind.test(one.socket())) {
        return true;
      }
    }
    return false;
  }

  private Set<BindMode> refused(BoundSocket socket) {
    Newcomer asked = snapshot.newcomer();
    Set<BindMode> kinds = EnumSet.noneOf(BindMode.class);
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

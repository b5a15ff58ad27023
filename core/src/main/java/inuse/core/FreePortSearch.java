package inuse.core;

import inuse.core.ask.PortCheck;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Range;
import inuse.core.evidence.SocketState;
import inuse.core.explain.rule.Verdict;
import inuse.core.io.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The search for ports that can be bound. */
final class FreePortSearch {
  private final Host host;

  FreePortSearch(Host host) {
    this.host = host;
  }

  /** Up to that many, from the target's to the last. */
  List<Port> from(Question<PortTarget> first, int last, int wanted) {
    List<Port> found = new ArrayList<>();
    for (Port port : order(first, last)) {
      if (found.size() == wanted) {
        break;
      }
      PortCheck check = check(first, port);
      boolean free = Verdict.of(check.probes()) == Verdict.FREE;
      if (free && !(first.newcomer().reuseAddress() && isKept(check))) {
        found.add(port);
      }
    }
    return found;
  }

  /**
   * Whether another process is bound there, which a server with SO_REUSEADDR may pass: the port is
   * held for another server, or that one has not listened yet.
   */
  private static boolean isKept(PortCheck check) {
    return check.sockets().stream()
        .anyMatch(one -> one.protocol() == Protocol.TCP && one.state() == SocketState.BOUND);
  }

  private PortCheck check(Question<PortTarget> like, Port port) {
    PortTarget target = like.target().at(port);
    return new PortCheck(
        host, new Question<>(target, like.newcomer(), true, like.namespace(), false));
  }

  /** The ports to try; ephemeral ports come last, unless the first port is one. */
  private List<Port> order(Question<PortTarget> first, int last) {
    Port begin = first.target().port();
    Optional<Range> avoided = check(first, begin).ephemeral().filter(one -> !one.contains(begin));
    List<Port> order = new ArrayList<>();
    List<Port> late = new ArrayList<>();
    for (int number = begin.number(); number <= last; number++) {
      Port port = new Port(number);
      (avoided.filter(one -> one.contains(port)).isPresent() ? late : order).add(port);
    }
    order.addAll(late);
    return order;
  }
}

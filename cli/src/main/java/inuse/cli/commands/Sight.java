package inuse.cli.commands;

import inuse.cli.line.Request;
import inuse.core.ask.Asker;
import inuse.core.ask.PortCheck;
import inuse.core.ask.Question;
import inuse.core.ask.UnixAsker;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.UnixExplainer;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.AddressMonitor;
import inuse.core.io.Host;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Looks at one target of a request. */
final class Sight {
  /** The kernel tells when a port's sockets go, and nothing of a unix socket's. */
  private static final Duration PORT = Duration.ofMillis(500);

  private static final Duration UNIX = Duration.ofMillis(50);

  private Sight() {}

  static AddressMonitor of(Target target, Request.Of request, Host host) {
    return switch (target) {
      case UnixTarget unix -> new OfUnix(unix, request, host);
      case PortTarget port ->
          new OfPort(
              new Question(port, request.newcomer(), true, request.namespace(), false), host);
    };
  }

  /** The port whose sockets' end is worth a look. */
  static OptionalInt port(Target target) {
    return switch (target) {
      case UnixTarget unix -> OptionalInt.empty();
      case PortTarget port -> OptionalInt.of(port.port().number());
    };
  }

  /** A port. */
  static final class OfPort implements AddressMonitor {
    private final Question question;
    private final Asker asker;
    private final PortCheck check;

    OfPort(Question question, Host host) {
      this.question = question;
      asker = new Asker(host);
      check = new PortCheck(host, question);
      check.keepOpen();
    }

    PortCheck check() {
      return check;
    }

    @Override
    public Diagnosis diagnose() {
      return Explainer.explain(asker.ask(question, Explainer::agrees));
    }

    @Override
    public Proof proof() {
      return switch (Verdict.of(check.probes())) {
        case FREE -> Proof.BIND;
        case DENIED -> check.sockets().stream().anyMatch(this::refuses) ? Proof.NONE : Proof.TABLE;
        case BLOCKED, FREE_WITH_REUSEADDR, NOT_LOCAL, UNKNOWN -> Proof.NONE;
      };
    }

    @Override
    public boolean isServed() {
      return check.sockets().stream().filter(BoundSocket::isServers).anyMatch(this::refuses);
    }

    private boolean refuses(BoundSocket socket) {
      return question.target().addresses().stream()
          .anyMatch(address ->
              BindRule.bind(socket, question.newcomer(), address) == BindRule.Outcome.REFUSED);
    }

    /** A client's connected UDP socket waits for nobody. */
    @Override
    public boolean isListenedOn() {
      return check.listeners().stream()
          .filter(BoundSocket::isServers)
          .anyMatch(one ->
              question.target().addresses().stream().anyMatch(address -> reaches(one, address)));
    }

    private static boolean reaches(BoundSocket socket, IpAddress address) {
      return address.isWildcard()
          || socket.local().address().isWildcard()
          || socket.local().address().equals(address);
    }

    @Override
    public Duration pollInterval() {
      return PORT;
    }

    @Override
    public Expiry expiry() {
      List<BoundSocket> stubs =
          check.sockets().stream().filter(one -> one.expires().isPresent()).toList();
      Comparator<BoundSocket> byTime =
          Comparator.comparing(one -> one.expires().orElse(Duration.ZERO));
      Optional<BoundSocket> last = stubs.stream().max(byTime);
      return new Expiry(
          stubs.stream().min(byTime).flatMap(BoundSocket::expires),
          last.flatMap(BoundSocket::expires),
          last.map(one -> one.state().name()).orElse(""));
    }
  }

  /** A path or a name; nobody else's look at it disturbs a bind. */
  static final class OfUnix implements AddressMonitor {
    private final UnixTarget target;
    private final Request.Of request;
    private final UnixAsker asker;

    OfUnix(UnixTarget target, Request.Of request, Host host) {
      this.target = target;
      this.request = request;
      asker = new UnixAsker(host);
    }

    @Override
    public Diagnosis diagnose() {
      return UnixExplainer.explain(
          asker.ask(target, request.newcomer(), true, UnixExplainer::agrees));
    }

    @Override
    public Proof proof() {
      return asker.mayBeFree(target) && diagnose().verdict() == Verdict.FREE
          ? Proof.BIND
          : Proof.NONE;
    }

    @Override
    public boolean isServed() {
      return proof() == Proof.NONE;
    }

    @Override
    public boolean isListenedOn() {
      return isServed();
    }

    @Override
    public Duration pollInterval() {
      return UNIX;
    }

    @Override
    public Expiry expiry() {
      return Expiry.NONE;
    }
  }
}

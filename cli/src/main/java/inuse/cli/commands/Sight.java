package inuse.cli.commands;

import inuse.core.ask.Asker;
import inuse.core.ask.Glance;
import inuse.core.ask.Question;
import inuse.core.ask.UnixAsker;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Place;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.UnixExplainer;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.Eyes;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import inuse.cli.line.Request;

/** Looks at one target of a request. */
final class Sight {
  /** The kernel tells when a port's sockets go, and nothing of a unix socket's. */
  private static final Duration PORT = Duration.ofMillis(500);

  private static final Duration UNIX = Duration.ofMillis(50);

  private Sight() {}

  static Eyes of(Place target, Request.Of request, SystemCalls calls, Proc proc) {
    return switch (target) {
      case UnixTarget unix -> new OfUnix(unix, request, calls, proc);
      case Target port ->
          new OfPort(
              new Question(port, request.newcomer(), true, request.place(), false), calls, proc);
    };
  }

  /** The port whose sockets' end is worth a look. */
  static OptionalInt port(Place target) {
    return switch (target) {
      case UnixTarget unix -> OptionalInt.empty();
      case Target port -> OptionalInt.of(port.port().number());
    };
  }

  /** A port. */
  static final class OfPort implements Eyes {
    private final Question question;
    private final Asker asker;
    private final Glance glance;

    OfPort(Question question, SystemCalls calls, Proc proc) {
      this.question = question;
      asker = new Asker(calls, proc);
      glance = new Glance(calls, proc, question);
      glance.keepOpen();
    }

    Glance glance() {
      return glance;
    }

    @Override
    public Diagnosis diagnose() {
      return Explainer.explain(asker.ask(question, Explainer::agrees));
    }

    @Override
    public Proof proof() {
      return switch (Verdict.of(glance.probes())) {
        case FREE -> Proof.BIND;
        case DENIED -> glance.sockets().stream().anyMatch(this::refuses) ? Proof.NONE : Proof.TABLE;
        case BLOCKED, FREE_WITH_REUSEADDR, NOT_LOCAL, UNKNOWN -> Proof.NONE;
      };
    }

    @Override
    public boolean isServed() {
      return glance.sockets().stream().filter(BoundSocket::isServers).anyMatch(this::refuses);
    }

    private boolean refuses(BoundSocket socket) {
      return question.target().addresses().stream()
          .anyMatch(address ->
              BindRule.bind(socket, question.newcomer(), address) == BindRule.Outcome.REFUSED);
    }

    /** A client's connected UDP socket waits for nobody. */
    @Override
    public boolean isListenedOn() {
      return glance.listeners().stream()
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
    public Duration patience() {
      return PORT;
    }

    @Override
    public Fading fading() {
      List<BoundSocket> stubs =
          glance.sockets().stream().filter(one -> one.expires().isPresent()).toList();
      Comparator<BoundSocket> byTime =
          Comparator.comparing(one -> one.expires().orElse(Duration.ZERO));
      Optional<BoundSocket> last = stubs.stream().max(byTime);
      return new Fading(
          stubs.stream().min(byTime).flatMap(BoundSocket::expires),
          last.flatMap(BoundSocket::expires),
          last.map(one -> one.state().name()).orElse(""));
    }
  }

  /** A path or a name; nobody else's look at it disturbs a bind. */
  static final class OfUnix implements Eyes {
    private final UnixTarget target;
    private final Request.Of request;
    private final UnixAsker asker;

    OfUnix(UnixTarget target, Request.Of request, SystemCalls calls, Proc proc) {
      this.target = target;
      this.request = request;
      asker = new UnixAsker(calls, proc);
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
    public Duration patience() {
      return UNIX;
    }

    @Override
    public Fading fading() {
      return Fading.NONE;
    }
  }
}

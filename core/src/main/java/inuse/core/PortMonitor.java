package inuse.core;

import inuse.core.ask.Asker;
import inuse.core.ask.PortCheck;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Question;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.rule.LikeFormer;
import inuse.core.explain.rule.Verdict;
import inuse.core.fix.AddressMonitor;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Looks at a port. */
final class PortMonitor implements AddressMonitor {
  /** For changes that the kernel does not report; it reports destroyed sockets. */
  private static final Duration POLL = Duration.ofMillis(500);

  private final Question<PortTarget> question;
  private final Asker asker;
  private final PortCheck check;
  private final Sessions sessions = new Sessions(this::diagnose);

  PortMonitor(Question<PortTarget> question, Asker asker, PortCheck check) {
    this.question = question;
    this.asker = asker;
    this.check = check;
  }

  @Override
  public Diagnosis diagnose() {
    return Explainer.explain(asker.ask(question, Explainer::agrees));
  }

  @Override
  public Proof proof() {
    List<BoundSocket> sockets = check.sockets();
    List<BoundSocket> inTheWay = sockets.stream().filter(this::isSurelyInTheWay).toList();
    if (!inTheWay.isEmpty() && !areSessions(inTheWay)) {
      return Proof.NONE;
    }
    List<Probe> probes = check.probes();
    return switch (Verdict.of(probes)) {
      case FREE -> Proof.BIND;
      case FREE_WITH_REUSEADDR ->
          LikeFormer.isFree(
                  question.target(), question.newcomer(), sockets, sessions::isOne, probes)
              ? Proof.REUSE
              : Proof.NONE;
      case DENIED -> sockets.stream().anyMatch(this::refuses) ? Proof.NONE : Proof.TABLE;
      case BLOCKED, NOT_LOCAL, UNKNOWN -> Proof.NONE;
    };
  }

  /**
   * Whether no bind need be tried. The end of a probe that succeeded would be news of the port, and
   * wake us up again; and a bind of ours may be in the way of another server's. The rule is too
   * strict for servers that share by SO_REUSEPORT, for which only a bind tells.
   */
  private boolean isSurelyInTheWay(BoundSocket socket) {
    Newcomer newcomer = question.newcomer();
    return !newcomer.reusePort()
        && refuses(socket)
        && !(newcomer.likeFormer() && socket.isRemains());
  }

  private boolean areSessions(List<BoundSocket> inTheWay) {
    return question.newcomer().likeFormer()
        && inTheWay.stream().allMatch(LikeFormer::isConnection)
        && sessions.areAll(inTheWay);
  }

  @Override
  public boolean isTaken() {
    boolean likeFormer = question.newcomer().likeFormer();
    List<BoundSocket> held =
        check.sockets().stream()
            .filter(one -> !one.isRemains() && !(likeFormer && sessions.isOne(one)))
            .toList();
    return held.stream().anyMatch(this::refuses)
        || (held.stream().anyMatch(this::mayRefuse) && !proof().isFree());
  }

  private boolean refuses(BoundSocket socket) {
    return LikeFormer.refuses(socket, question.target(), question.newcomer());
  }

  private boolean mayRefuse(BoundSocket socket) {
    return question.target().addresses().stream()
        .anyMatch(address ->
            BindRule.bind(socket, question.newcomer(), address) == BindRule.Outcome.DEPENDS);
  }

  /** A client's connected UDP socket does not serve. */
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
    return POLL;
  }

  /** A session has no timer. */
  @Override
  public Optional<Duration> rest(Proof proof) {
    return check.sockets().stream().anyMatch(sessions::isOne)
        ? Optional.empty()
        : AddressMonitor.super.rest(proof);
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

package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Two servers that have both bound the port, of which only one can listen.
 *
 * <h2>What it is</h2>
 *
 * With SO_REUSEADDR on both sockets, the kernel lets two processes bind one address as long as
 * neither listens. Either one listens already, and the other is named here; or you ask for a server
 * with SO_REUSEADDR, which may bind beside the one named here, and the race is still to come.
 *
 * <h2>Why bind fails</h2>
 *
 * It does not always: listen(2) does. It applies the rule of bind(2) again, and the first to listen
 * makes the other's listen() fail with EADDRINUSE, until the first has closed its socket.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -atnp --bound-inactive 'sport = :8080'} shows one socket in LISTEN and one that is only
 * bound.
 *
 * <h2>What to do</h2>
 *
 * Stop the one of the two that is not wanted.
 *
 * <h2>What not to do</h2>
 *
 * Do not take a bind that succeeded for a port that is yours: only listen() decides.
 *
 * <h2>Source</h2>
 *
 * inet_csk_listen_start(), net/ipv4/inet_connection_sock.c; listen(2).
 */
public record ListenConflict(Blockers blockers, boolean ahead) implements SocketCause {
  /** Claims bound sockets that can no longer listen, because another process's listens. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    PortSnapshot snapshot = unclaimed.snapshot();
    return unclaimed
        .claim(socket ->
            isBound(socket)
                && snapshot.sockets().stream()
                    .anyMatch(listener -> isRefusedBy(listener, socket, snapshot)))
        .map(blockers -> new ListenConflict(blockers, false));
  }

  /** Where a bind succeeds for its SO_REUSEADDR alone: who may listen first. */
  public static Optional<Cause> ahead(PortSnapshot snapshot) {
    if (!snapshot.newcomer().reuseAddress()) {
      return Optional.empty();
    }
    Newcomer without = snapshot.newcomer().withoutReuseAddress();
    List<BoundSocket> bound =
        snapshot.sockets().stream()
            .filter(ListenConflict::isBound)
            .filter(socket -> !HeldPort.isHeld(socket, snapshot))
            .filter(socket ->
                snapshot.target().addresses().stream()
                    .anyMatch(address ->
                        BindRule.bind(socket, without, address) == BindRule.Outcome.REFUSED))
            .toList();
    Set<BindMode> blocks = EnumSet.of(BindMode.PLAIN, BindMode.REUSEPORT);
    return bound.isEmpty()
        ? Optional.empty()
        : Optional.of(new ListenConflict(new Blockers(snapshot, bound, blocks), true));
  }

  private static boolean isBound(BoundSocket socket) {
    return socket.protocol() == Protocol.TCP
        && socket.state() == SocketState.BOUND
        && socket.reuseAddress().is(true);
  }

  private static boolean isRefusedBy(
      BoundSocket listener, BoundSocket bound, PortSnapshot snapshot) {
    if (listener.state() != SocketState.LISTEN) {
      return false;
    }
    Newcomer itself =
        new Newcomer(
            bound.owner().uid(),
            true,
            bound.reusePort().is(true),
            bound.ipv6Only().is(true),
            bound.device(),
            Reading.unknown(Reading.Why.NOT_ASKED),
            Optional.empty(),
            Optional.empty(),
            false,
            false);
    return BindRule.listen(listener, itself, bound.local().address()) == BindRule.Outcome.REFUSED
        && snapshot.holdersOf(listener).stream().noneMatch(snapshot.holdersOf(bound)::contains);
  }

  @Override
  public String id() {
    return "listen-conflict";
  }

  @Override
  public Phrase summary() {
    return Phrases.subject(blockers, "has bound ", "have bound ")
        .then(Phrases.places(sockets()))
        .then(
            ahead
                ? ", and if it listens first your listen() will fail"
                : ", and cannot listen there, because another socket does");
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "two sockets with SO_REUSEADDR may both be bound; the first to listen makes the other's"
            + " listen() fail with EADDRINUSE");
  }

  @Override
  public List<Remedy> remedies() {
    return Remedies.stop(blockers);
  }
}

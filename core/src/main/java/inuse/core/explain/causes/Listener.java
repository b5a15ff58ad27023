package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.SocketState;
import inuse.core.explain.remedy.OtherWays;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Inherited;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A listener: a process accepts connections on the port.
 *
 * <h2>What it is</h2>
 *
 * A server called listen(2) on this port and still runs. Connections that it accepted belong to it
 * as long as the same processes hold them.
 *
 * <h2>Why bind fails</h2>
 *
 * A socket in LISTEN refuses every other bind to an address that overlaps its own, also one with
 * SO_REUSEADDR; only sockets of the same user that all set SO_REUSEPORT share.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -ltnp 'sport = :8080'}
 *
 * <h2>What to do</h2>
 *
 * Stop the server the way it was started: through its systemd unit, its container or its terminal.
 * Otherwise send SIGTERM and wait until it is gone.
 *
 * <h2>What not to do</h2>
 *
 * {@code lsof -ti :8080 | xargs kill -9} also kills the clients that are connected to the port.
 *
 * <h2>Source</h2>
 *
 * inet_csk_bind_conflict(), net/ipv4/inet_connection_sock.c; socket(7).
 */
public record Listener(Blockers blockers) implements SocketCause {
  /** Claims the listeners, and the connections that will go with them. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    Optional<Blockers> found = unclaimed.claim(socket -> socket.state() == SocketState.LISTEN);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Listener(withConnections(found.get(), unclaimed)));
  }

  /** Adds the connections of these listeners that no other process holds. */
  static Blockers withConnections(Blockers listeners, Unclaimed unclaimed) {
    Set<ProcessIdentity> theirs =
        listeners.holders().stream().map(Holder::identity).collect(Collectors.toSet());
    return unclaimed
        .claim(socket -> goesWith(socket, listeners, theirs))
        .map(listeners::with)
        .orElse(listeners);
  }

  private static boolean goesWith(
      BoundSocket socket, Blockers listeners, Set<ProcessIdentity> theirs) {
    PortSnapshot snapshot = listeners.snapshot();
    boolean accepted = socket.state() == SocketState.ESTABLISHED && !socket.initiated().is(true);
    return accepted
        && hasListener(socket, snapshot, listeners.sockets())
        && snapshot.holdersOf(socket).stream().map(Holder::identity).allMatch(theirs::contains);
  }

  /** Whether one of the sockets listens where the connection is: they overlap as any two would. */
  static boolean hasListener(
      BoundSocket connection, PortSnapshot snapshot, List<BoundSocket> sockets) {
    return sockets.stream()
        .filter(socket -> socket.state() == SocketState.LISTEN)
        .anyMatch(listener ->
            BindRule.bind(listener, snapshot.newcomer(), connection.local().address())
                != BindRule.Outcome.ALLOWED);
  }

  @Override
  public String id() {
    return "listener";
  }

  @Override
  public Phrase summary() {
    List<BoundSocket> listening =
        sockets().stream().filter(one -> one.state() == SocketState.LISTEN).toList();
    List<Holder> heirs =
        Inherited.of(listening, blockers.snapshot()).stream().map(Inherited::holder).toList();
    List<Holder> servers = holders().stream().filter(one -> !heirs.contains(one)).toList();
    if (servers.isEmpty() && !heirs.isEmpty()) {
      return Phrases.having(
          heirs,
          listening,
          "has inherited the listening socket of ",
          "have inherited the listening socket of ");
    }
    Phrase serving = Phrases.having(servers, listening, "listens on ", "listen on ");
    return heirs.isEmpty()
        ? serving
        : serving.then(", and ").then(Phrases.subject(heirs, "inherited it", "inherited it"));
  }

  @Override
  public Phrase why() {
    List<BoundSocket> connections =
        sockets().stream().filter(one -> one.state() != SocketState.LISTEN).toList();
    // The kernel gives a connection its inode when it is accepted.
    int served = (int) connections.stream().filter(one -> one.inode().isPresent()).count();
    Crowd crowd = blockers.snapshot().crowd();
    int waiting = connections.size() - served + crowd.left(SocketState.ESTABLISHED);
    served += crowd.served();
    Phrase rule = Phrase.of(rule());
    Phrase serving =
        served == 0
            ? rule
            : rule.then("; it also serves ")
                .then(Phrases.count(served, "connection", "connections"));
    return waiting == 0
        ? serving
        : serving
            .then("; ")
            .then(Phrases.count(waiting, "connection waits", "connections wait"))
            .then(" to be accepted");
  }

  private String rule() {
    List<BoundSocket> listening =
        sockets().stream().filter(one -> one.state() == SocketState.LISTEN).toList();
    long places = listening.stream().map(BoundSocket::local).distinct().count();
    if (listening.size() > places && listening.stream().allMatch(one -> one.device().isEmpty())) {
      return listening.size()
          + " sockets share it by SO_REUSEPORT, which spreads new connections over them; beside"
          + " them only the same user binds it, with that option";
    }
    String plain =
        "while a socket listens, no other can bind its address, not even with SO_REUSEADDR";
    return listening.stream().allMatch(one -> one.reusePort().is(true))
        ? plain
            + "; this one has SO_REUSEPORT, and a server of the same user that sets it shares it"
        : plain;
  }

  @Override
  public List<Remedy> remedies() {
    return OtherWays.before(Remedies.stop(blockers), blockers);
  }
}

package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.SocketState;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A client connection that has the port as its source port.
 *
 * <p>Also: client, outgoing
 *
 * <h2>What it is</h2>
 *
 * A program on this host connected to somewhere, and the kernel gave the connection this port from
 * the ephemeral range, or the program bound it by hand.
 *
 * <h2>Why bind fails</h2>
 *
 * To bind(2) the source port of a connection is as taken as a server's. Even a server with
 * SO_REUSEADDR is refused unless the client had set it too, which clients seldom do.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -tanp 'sport = :8080'}
 *
 * <h2>What to do</h2>
 *
 * Wait until the connection ends, or end that one client. Reserve the port, so that the kernel does
 * not give it to the next one.
 *
 * <h2>What not to do</h2>
 *
 * {@code fuser -k} kills the client, which may be a database session or the agent of your cloud.
 *
 * <h2>Source</h2>
 *
 * ip(7) ip_local_port_range; Documentation/networking/ip-sysctl.rst ip_local_reserved_ports.
 */
public record OutgoingConnection(Blockers blockers) implements SocketCause {
  /** Claims connections of which this side was the one to connect. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket ->
            socket.state() == SocketState.SYN_SENT
                || (socket.state() == SocketState.ESTABLISHED && isOutgoing(socket, unclaimed)))
        .map(OutgoingConnection::new);
  }

  /** Where the counters do not tell: no listener left, and a port from the ephemeral range. */
  private static boolean isOutgoing(BoundSocket socket, Unclaimed unclaimed) {
    Optional<Boolean> told = socket.initiated().toOptional();
    if (told.isPresent()) {
      return told.get();
    }
    PortSnapshot snapshot = unclaimed.snapshot();
    Port port = snapshot.target().port();
    return !Listener.hasListener(socket, snapshot, snapshot.sockets())
        && snapshot.settings().ephemeral().toOptional().stream()
            .anyMatch(range -> range.contains(port));
  }

  @Override
  public String id() {
    return "outgoing-connection";
  }

  @Override
  public Phrase summary() {
    return Phrases.subject(blockers, "is a client of ", "are clients of ")
        .then(Phrases.peers(sockets()))
        .then(" from ")
        .then(Phrases.places(sockets()));
  }

  @Override
  public Phrase why() {
    boolean byHand = sockets().stream().anyMatch(socket -> socket.autoPort().is(false));
    boolean chosen = sockets().stream().anyMatch(socket -> socket.autoPort().is(true));
    String origin =
        byHand
            ? "the client bound this port itself"
            : chosen ? "the kernel chose this port for the client" : "the client has this port";
    return Phrase.of(origin)
        .then(
            blockers.reuseAddressHelps()
                ? " with SO_REUSEADDR, so a server that sets it too may bind"
                : ", and a connection's source port refuses a bind as a server's port does");
  }

  @Override
  public List<Remedy> remedies() {
    Stream<Remedy> now =
        Stream.concat(
            Remedies.useReuseAddress(blockers), Stream.of(Remedies.endConnection(blockers)));
    return Stream.concat(now, Remedies.reserve(blockers)).toList();
  }
}

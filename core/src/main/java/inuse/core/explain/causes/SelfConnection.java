package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Phrase;
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
 * A client that is connected to itself.
 *
 * <h2>What it is</h2>
 *
 * A client tried again and again to reach a server on this host that was down. The kernel once
 * chose the very port that it wanted to reach as its source port, and TCP's simultaneous open
 * connected the socket to itself.
 *
 * <h2>Why bind fails</h2>
 *
 * The connection has the server's port as its local port, and a client sets no SO_REUSEADDR.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -tnp 'sport = :40000'} shows the same address and port on both sides.
 *
 * <h2>What to do</h2>
 *
 * End the client, start the server, then the client. Reserve the port (ip_local_reserved_ports), or
 * give the server one outside ip_local_port_range.
 *
 * <h2>What not to do</h2>
 *
 * Do not take the connection for a sign that the server runs: the client talks to itself.
 *
 * <h2>Source</h2>
 *
 * RFC 9293, 3.5 "simultaneous open"; ip(7) ip_local_port_range.
 */
public record SelfConnection(Blockers blockers) implements SocketCause {
  /** Claims connections whose two ends are one. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed.claim(SelfConnection::isToItself).map(SelfConnection::new);
  }

  static boolean isToItself(BoundSocket socket) {
    return socket.state() == SocketState.ESTABLISHED
        && socket
            .peer()
            .filter(peer -> peer.port().equals(socket.local().port()))
            .filter(peer -> peer.address().unmapped().equals(socket.local().address().unmapped()))
            .isPresent();
  }

  @Override
  public String id() {
    return "self-connection";
  }

  @Override
  public Phrase summary() {
    return Phrases.subject(
            blockers, "is connected to itself at ", "are connected to themselves at ")
        .then(Phrases.places(sockets()));
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "a client that kept trying to reach this port was given it as its own source port, and"
            + " keeps the server from binding it");
  }

  @Override
  public List<Remedy> remedies() {
    return Stream.concat(Stream.of(Remedies.endConnection(blockers)), Remedies.reserve(blockers))
        .toList();
  }
}

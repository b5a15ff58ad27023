package inuse.core.explain.causes;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.Reading;
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
 * A connection that is being closed.
 *
 * <p>Also: CLOSE_WAIT, FIN_WAIT1, FIN_WAIT2, LAST_ACK, CLOSING
 *
 * <h2>What it is</h2>
 *
 * One side has closed and the other has not yet: FIN_WAIT1 and FIN_WAIT2 wait for the peer,
 * CLOSE_WAIT waits for a program here that has not closed its descriptor, CLOSING and LAST_ACK wait
 * for the last packet.
 *
 * <h2>Why bind fails</h2>
 *
 * Until it is gone the connection has the port as its local port.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -tanop 'sport = :8080'}
 *
 * <h2>What to do</h2>
 *
 * Start the new server with SO_REUSEADDR, which helps when the old one had set it. CLOSE_WAIT ends
 * only when the program that is shown closes its descriptor or ends.
 *
 * <h2>What not to do</h2>
 *
 * tcp_fin_timeout shortens only a FIN_WAIT2 that no process owns; it does not shorten TIME_WAIT.
 *
 * <h2>Source</h2>
 *
 * RFC 9293 section 3.6; tcp(7).
 */
public record ClosingConnection(Blockers blockers) implements SocketCause {
  /** Claims connections in the states of closing. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed.claim(socket -> isClosing(socket.state())).map(ClosingConnection::new);
  }

  private static boolean isClosing(SocketState state) {
    return switch (state) {
      case FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, CLOSING, LAST_ACK, OTHER -> true;
      case LISTEN, BOUND, SYN_SENT, SYN_RECV, ESTABLISHED, TIME_WAIT -> false;
    };
  }

  @Override
  public String id() {
    return "closing-connection";
  }

  @Override
  public Phrase summary() {
    Phrase what =
        Phrase.of(Phrases.count(sockets().size(), "connection", "connections"))
            .then(" on ")
            .then(Phrases.places(sockets()))
            .then(sockets().size() == 1 ? " is" : " are")
            .then(" being closed (")
            .then(Phrases.states(sockets()))
            .then(")");
    return holders().isEmpty() ? what : what.then(", held by ").then(Phrases.holders(holders()));
  }

  @Override
  public Phrase why() {
    boolean ours = sockets().stream().anyMatch(one -> one.state() == SocketState.CLOSE_WAIT);
    return Phrase.of(
            ours
                ? "the peer has closed and the program here has not"
                : "the program here has closed and the peer has not answered yet")
        .then(
            switch (blockers.reuseAddress()) {
              case Reading.Known<Boolean>(Boolean helps) ->
                  helps
                      ? "; until then it refuses a server that does not set SO_REUSEADDR"
                      : "; until then it refuses every bind, for it does not have SO_REUSEADDR";
              case Reading.Unknown<Boolean> unknown ->
                  "; until then it refuses a server, unless both set SO_REUSEADDR";
            });
  }

  @Override
  public List<Remedy> remedies() {
    Stream<Remedy> first =
        Stream.concat(Remedies.useReuseAddress(blockers), Remedies.waiting(blockers));
    return Stream.concat(first, Remedies.stop(blockers).stream()).toList();
  }
}

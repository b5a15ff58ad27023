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
 * An accepted connection that outlives its listener.
 *
 * <h2>What it is</h2>
 *
 * A server stopped listening, or a worker has the connection and the listener belongs to another
 * process; the connection is still open.
 *
 * <h2>Why bind fails</h2>
 *
 * The connection has the server's port as its local port. It took SO_REUSEADDR over from the
 * listener: with it, a new server that sets it too may bind; without it, none may.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -tnp 'sport = :8080'}
 *
 * <h2>What to do</h2>
 *
 * Start the new server with SO_REUSEADDR; where the old one had not set it, end the process that
 * keeps the connection.
 *
 * <h2>What not to do</h2>
 *
 * Waiting does not help while both sides keep the connection open.
 *
 * <h2>Source</h2>
 *
 * inet_csk_clone_lock(), net/ipv4/inet_connection_sock.c; socket(7).
 */
public record OpenConnection(Blockers blockers) implements SocketCause {
  /** Claims established connections that are neither outgoing nor their listener's. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket -> socket.state() == SocketState.ESTABLISHED)
        .map(OpenConnection::new);
  }

  @Override
  public String id() {
    return "open-connection";
  }

  @Override
  public Phrase summary() {
    Phrase connections =
        Phrase.of(
                Phrases.count(
                    sockets().size() + blockers.snapshot().crowd().elsewhere(),
                    "connection",
                    "connections"))
            .then(" open on ")
            .then(Phrases.places(sockets()));
    return Phrases.subject(blockers, "keeps ", "keep ").then(connections);
  }

  @Override
  public Phrase why() {
    boolean listener =
        sockets().stream()
            .anyMatch(one ->
                Listener.hasListener(one, blockers.snapshot(), blockers.snapshot().sockets()));
    String whose = listener ? "another process has its listener" : "its listener is gone";
    return Phrase.of(
        switch (blockers.reuseAddress()) {
          case Reading.Known<Boolean>(Boolean helps) ->
              helps
                  ? whose + "; the connection refuses a server that does not set SO_REUSEADDR"
                  : whose
                      + "; the connection does not have SO_REUSEADDR, and refuses every bind while"
                      + " it is open";
          case Reading.Unknown<Boolean> unknown ->
              whose
                  + "; while it is open, the connection refuses a server, unless both set"
                  + " SO_REUSEADDR";
        });
  }

  @Override
  public List<Remedy> remedies() {
    return Stream.concat(Remedies.useReuseAddress(blockers), Remedies.stop(blockers).stream())
        .toList();
  }
}

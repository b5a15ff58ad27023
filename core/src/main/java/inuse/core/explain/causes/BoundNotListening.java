package inuse.core.explain.causes;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.SocketState;
import inuse.core.explain.remedy.OtherWays;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A socket that is bound but does not listen.
 *
 * <h2>What it is</h2>
 *
 * A process called bind(2) and never listen(2) or connect(2), or shut its listener down and kept
 * the descriptor. {@code ss -l}, {@code lsof -i} and /proc/net/tcp do not show such a socket.
 *
 * <h2>Why bind fails</h2>
 *
 * The port is taken from bind(2) on, not from listen(2) on. With SO_REUSEADDR on both sockets a
 * second bind succeeds; then the first to listen wins.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -atnp --bound-inactive 'sport = :8080'}, from iproute2 6.8 and Linux 6.8 on.
 *
 * <h2>What to do</h2>
 *
 * Only its holder can let go: stop that process.
 *
 * <h2>What not to do</h2>
 *
 * {@code ss -K} does not help: the kernel destroys no socket that was bound by hand.
 *
 * <h2>Source</h2>
 *
 * inet_csk_get_port(), net/ipv4/inet_connection_sock.c; TCP_BOUND_INACTIVE, net/tcp_states.h.
 */
public record BoundNotListening(Blockers blockers) implements SocketCause {
  /** Claims the sockets of that state. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket -> socket.state() == SocketState.BOUND)
        .map(BoundNotListening::new);
  }

  @Override
  public String id() {
    return "bound-not-listening";
  }

  @Override
  public Phrase summary() {
    return Phrases.having(blockers, sockets(), "has bound ", "have bound ")
        .then(" without listening");
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        blockers.reuseAddressHelps()
            ? "a port is taken by bind, not only by listen; its socket has SO_REUSEADDR, so a"
                + " server that sets it too may bind beside it"
            : "a port is taken by bind, not only by listen; most tools do not show it");
  }

  @Override
  public List<Remedy> remedies() {
    return Stream.concat(
            OtherWays.before(Remedies.stop(blockers), blockers).stream(),
            Remedies.useReuseAddress(blockers))
        .toList();
  }
}

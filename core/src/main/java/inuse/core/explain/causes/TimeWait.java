package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.SocketState;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * TIME_WAIT: what is left of connections that this side closed first.
 *
 * <h2>What it is</h2>
 *
 * The kernel remembers a closed connection for 60 seconds, so that late packets of it cannot be
 * taken for a new one's. No process is involved any more.
 *
 * <h2>Why bind fails</h2>
 *
 * A connection in TIME_WAIT has the port as its local port. A server that sets SO_REUSEADDR is let
 * in, provided that the former one had set it too.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -tano state time-wait 'sport = :8080'}
 *
 * <h2>What to do</h2>
 *
 * Set SO_REUSEADDR in the server, or wait: the remaining seconds are shown.
 *
 * <h2>What not to do</h2>
 *
 * tcp_fin_timeout does not shorten it, and tcp_tw_reuse is for connect(2) only.
 *
 * <h2>Source</h2>
 *
 * TCP_TIMEWAIT_LEN, include/net/tcp.h; RFC 9293 section 3.6.1; socket(7).
 */
public record TimeWait(Blockers blockers) implements SocketCause {
  /** Claims the sockets of that state. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed.claim(socket -> socket.state() == SocketState.TIME_WAIT).map(TimeWait::new);
  }

  @Override
  public String id() {
    return "time-wait";
  }

  @Override
  public Phrase summary() {
    return Phrase.of(Phrases.count(sockets().size(), "closed connection", "closed connections"))
        .then(" on ")
        .then(Phrases.places(sockets()))
        .then(sockets().size() == 1 ? " is" : " are")
        .then(" still in TIME_WAIT")
        .then(left().map(time -> ", " + Remedies.seconds(time) + " s left").orElse(""));
  }

  private Optional<Duration> left() {
    return sockets().stream()
        .map(BoundSocket::expires)
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder());
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        blockers.reuseAddressHelps()
            ? "the kernel keeps a closed connection's port for 60 s; only a server that sets"
                + " SO_REUSEADDR may bind it meanwhile"
            : "the kernel keeps a closed connection's port for 60 s, and the former server had not"
                + " set SO_REUSEADDR, so that even a server which sets it is refused");
  }

  @Override
  public List<Remedy> remedies() {
    return Stream.concat(Remedies.useReuseAddress(blockers), Remedies.waiting(blockers)).toList();
  }
}

package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
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
 * in, provided that the side that closed the connection had set it too: an earlier server may have,
 * a client with a port from the ephemeral range has not.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -tano state time-wait 'sport = :8080'}
 *
 * <h2>What to do</h2>
 *
 * Set SO_REUSEADDR in the server, or wait: the remaining seconds are shown. Where a client left it,
 * reserve the port, so that no other client gets it: {@code inuse tune --reserve 8080}.
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

  /** Which side of the connections this host was. */
  private enum Side {
    SERVER,
    CLIENT,
    UNKNOWN
  }

  /**
   * The side that the ports tell: a client has its port from the ephemeral range and a server
   * mostly another one. A listener that is still there is the connections' server.
   */
  private Side side() {
    PortSnapshot snapshot = blockers.snapshot();
    boolean listened =
        sockets().stream().anyMatch(one -> Listener.hasListener(one, snapshot, snapshot.sockets()));
    Optional<Range> range = snapshot.settings().ephemeral().toOptional();
    if (listened || range.isEmpty()) {
      return listened ? Side.SERVER : Side.UNKNOWN;
    }
    boolean chosen = range.get().contains(snapshot.target().port());
    boolean other =
        sockets().stream()
            .flatMap(one -> one.peer().stream())
            .allMatch(peer -> range.get().contains(peer.port()) != chosen);
    return other ? chosen ? Side.CLIENT : Side.SERVER : Side.UNKNOWN;
  }

  @Override
  public Phrase summary() {
    boolean client = side() == Side.CLIENT;
    Phrase closed =
        client
            ? Phrase.of(
                    Phrases.count(
                        sockets().size(),
                        "closed outgoing connection",
                        "closed outgoing connections"))
                .then(" to ")
                .then(Phrases.peers(sockets()))
                .then(" from ")
            : Phrase.of(
                    Phrases.count(
                        sockets().size() + blockers.snapshot().crowd().left(SocketState.TIME_WAIT),
                        "closed connection",
                        "closed connections"))
                .then(" on ");
    return closed
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
    String keeps = "the kernel keeps a closed connection's port for 60 s";
    return Phrase.of(
        switch (blockers.reuseAddress()) {
          case Reading.Known<Boolean>(Boolean helps) ->
              keeps
                  + (helps
                      ? "; only a server that sets SO_REUSEADDR may bind it meanwhile"
                      : ", and "
                          + whose()
                          + " had not set SO_REUSEADDR, so that even a server which sets it is"
                          + " refused");
          case Reading.Unknown<Boolean> unknown ->
              keeps
                  + "; whether a server that sets SO_REUSEADDR may bind it meanwhile depends on an"
                  + " option of the closed socket, which cannot be seen";
        });
  }

  private String whose() {
    return switch (side()) {
      case SERVER -> "the former server";
      case CLIENT -> "the client";
      case UNKNOWN -> "the side that closed it";
    };
  }

  @Override
  public List<Remedy> remedies() {
    Stream<Remedy> now =
        Stream.concat(Remedies.useReuseAddress(blockers), Remedies.waiting(blockers));
    return Stream.concat(now, side() == Side.CLIENT ? Remedies.reserve(blockers) : Stream.empty())
        .toList();
  }
}

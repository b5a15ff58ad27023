package inuse.core.explain.causes;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.Protocol;
import inuse.core.explain.remedy.OtherWays;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import inuse.core.explain.text.SharingPhrases;
import java.util.List;
import java.util.Optional;

/**
 * A bound UDP socket.
 *
 * <h2>What it is</h2>
 *
 * A process receives datagrams on the port, or sends from it. UDP has no listeners and no
 * TIME_WAIT.
 *
 * <h2>Why bind fails</h2>
 *
 * Two UDP sockets share a port only when both set SO_REUSEADDR, or both set SO_REUSEPORT and belong
 * to the same user.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -uanp 'sport = :53'}
 *
 * <h2>What to do</h2>
 *
 * Stop the process that holds it.
 *
 * <h2>What not to do</h2>
 *
 * SO_REUSEADDR on both sides does not share the datagrams: each goes to the socket with the more
 * specific address, and of two at one address to the last to bind. It is meant for multicast.
 *
 * <h2>Source</h2>
 *
 * udp_lib_lport_inuse(), net/ipv4/udp.c; udp(7).
 */
public record UdpSocket(Blockers blockers) implements SocketCause {
  /** Claims the sockets of that protocol. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed.claim(socket -> socket.protocol() == Protocol.UDP).map(UdpSocket::new);
  }

  @Override
  public String id() {
    return "udp-socket";
  }

  @Override
  public Phrase summary() {
    return Phrases.having(blockers, sockets(), "has bound udp ", "have bound udp ");
  }

  @Override
  public Phrase why() {
    return blockers.reuseAddressHelps()
        ? Phrase.of("its socket has SO_REUSEADDR, so a second one that sets it too may bind; then ")
            .then(SharingPhrases.datagrams(sockets().getFirst(), blockers.snapshot()))
        : Phrase.of(
            "two UDP sockets share a port only when both have set SO_REUSEADDR or SO_REUSEPORT");
  }

  @Override
  public List<Remedy> remedies() {
    return OtherWays.before(Remedies.stop(blockers), blockers);
  }
}

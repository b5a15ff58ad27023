package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SocketState;
import java.util.List;
import java.util.Optional;

/**
 * Who gets what, where a newcomer has a port together with a socket that is there.
 *
 * <p>Source: compute_score() and udp4_lib_lookup2() in net/ipv4/udp.c, reuseport_select_sock() in
 * net/core/sock_reuseport.c; measured on Linux 6.18.
 */
public enum Sharing {
  /** The kernel spreads connections, or the datagrams of different senders, over both. */
  SPREAD,
  /** Datagrams to its address go on to the socket that is there. */
  OLDER,
  /** Datagrams to the newcomer's address go to the newcomer, and the rest to the other. */
  NEWER,
  /** All datagrams go to the one that was bound last: the newcomer. */
  LAST;

  /** Of that socket and a newcomer at that address, where both are admitted. */
  public static Sharing of(BoundSocket held, Newcomer newcomer, IpAddress address) {
    int one = precision(held.local().address(), held.device().isPresent());
    int other = precision(address, newcomer.device().isPresent());
    if (held.protocol() == Protocol.TCP) {
      return SPREAD;
    }
    if (one != other) {
      return one > other ? OLDER : NEWER;
    }
    return newcomer.reusePort() && held.reusePort().is(true) ? SPREAD : LAST;
  }

  /** How closely it fits a datagram for IPv4: the kernel takes the socket that does so most. */
  private static int precision(IpAddress address, boolean device) {
    int place = !address.isWildcard() ? 2 : address.isWildcardV6() ? 0 : 1;
    return place + (device ? 4 : 0);
  }

  /** The sockets beside which this newcomer is admitted, though not every newcomer would be. */
  public static List<BoundSocket> admitting(PortSnapshot seen) {
    return seen.sockets().stream()
        .filter(Sharing::receives)
        .filter(socket -> address(socket, seen).isPresent())
        .toList();
  }

  /** The address of the target where that socket and the newcomer meet, and both may be. */
  public static Optional<IpAddress> address(BoundSocket socket, PortSnapshot seen) {
    Newcomer asked = seen.newcomer();
    Newcomer plain = asked.withoutSharing();
    return seen.target().addresses().stream()
        .filter(one -> Verdict.asAsked(seen.probes(), one).filter(Probe::isAllowed).isPresent())
        .filter(one -> BindRule.bind(socket, plain, one) == BindRule.Outcome.REFUSED)
        .filter(one -> BindRule.bind(socket, asked, one) != BindRule.Outcome.REFUSED)
        .findFirst();
  }

  private static boolean receives(BoundSocket socket) {
    return socket.protocol() == Protocol.UDP
        ? socket.peer().isEmpty()
        : socket.state() == SocketState.LISTEN;
  }
}

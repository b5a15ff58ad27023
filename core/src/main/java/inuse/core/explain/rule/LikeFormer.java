package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import java.util.List;
import java.util.function.Predicate;

/**
 * What decides about a server of which nobody said whether it sets SO_REUSEADDR: the option of the
 * server before it. Most servers set it, and what is left of their connections stands in nobody's
 * way but of one that does not. The same goes for a session that systemd started for a connection
 * (Accept=yes), which is not ended for the port.
 */
public final class LikeFormer {
  private LikeFormer() {}

  /**
   * Whether only remains of connections and sessions are in the way, and a bind with SO_REUSEADDR
   * succeeded: the kernel allows that only beside sockets that had set it too.
   *
   * @param sockets all that have the port
   */
  public static boolean isFree(
      PortTarget target,
      Newcomer newcomer,
      List<BoundSocket> sockets,
      Predicate<BoundSocket> isSession,
      List<Probe> probes) {
    if (!newcomer.likeFormer() || target.protocol() != Protocol.TCP) {
      return false;
    }
    List<BoundSocket> inTheWay =
        sockets.stream().filter(one -> refuses(one, target, newcomer)).toList();
    return Verdict.of(probes) == Verdict.FREE_WITH_REUSEADDR
        && !inTheWay.isEmpty()
        && inTheWay.stream().allMatch(one -> one.isRemains() || isSession.test(one));
  }

  /** The same of a snapshot. */
  public static boolean isFree(PortSnapshot snapshot) {
    return isFree(
        snapshot.target(),
        snapshot.newcomer(),
        snapshot.sockets(),
        socket -> isSession(socket, snapshot),
        snapshot.probes());
  }

  /**
   * Whether it is the connection of a session that systemd started for it (Accept=yes): systemd has
   * it as well until the session ends.
   */
  public static boolean isSession(BoundSocket socket, PortSnapshot snapshot) {
    return isConnection(socket)
        && snapshot.holdersOf(socket).stream()
            .anyMatch(one -> one.supervision().init().isPresent());
  }

  /** Whether a process has it, and it is neither a server's own socket nor a client's. */
  public static boolean isConnection(BoundSocket socket) {
    return !socket.isServers() && !socket.isRemains() && !socket.initiated().is(true);
  }

  /** Whether the socket certainly refuses that newcomer one of the target's addresses. */
  public static boolean refuses(BoundSocket socket, PortTarget target, Newcomer newcomer) {
    return target.addresses().stream()
        .anyMatch(address -> BindRule.bind(socket, newcomer, address) == BindRule.Outcome.REFUSED);
  }

  /** Whether what is left of that connection, once its process has ended, would refuse it. */
  public static boolean wouldLinger(BoundSocket socket, Newcomer newcomer) {
    boolean connection =
        switch (socket.state()) {
          case ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSING -> true;
          // The last two are gone as soon as the peer has answered.
          case LISTEN, BOUND, SYN_SENT, SYN_RECV, TIME_WAIT, OTHER, CLOSE_WAIT, LAST_ACK -> false;
        };
    boolean sets = newcomer.reuseAddress() || newcomer.likeFormer();
    return socket.protocol() == Protocol.TCP
        && connection
        && (!sets || socket.reuseAddress().is(false));
  }
}

package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import java.util.Optional;

/**
 * The kernel's rule: does this socket refuse that bind?
 *
 * <p>Source: inet_bind_conflict() and inet_csk_get_port() in net/ipv4/inet_connection_sock.c,
 * udp_lib_lport_inuse() in net/ipv4/udp.c, inet_rcv_saddr_equal() in the same two. Two sockets on
 * one port of one network namespace conflict unless
 *
 * <ol>
 *   <li>their addresses do not overlap, or
 *   <li>both are bound to devices, and to different ones, or
 *   <li>both have SO_REUSEADDR, and for TCP the holder does not listen, or
 *   <li>both have SO_REUSEPORT and belong to the same user, or the holder is in TIME_WAIT.
 * </ol>
 *
 * <p>A connection request that is not yet answered (SYN_RECV) refuses nothing.
 *
 * <p>One of several holders that refuses is enough, except for a newcomer with SO_REUSEPORT that
 * the kernel admits without checking all of them: for TCP when the last bind or listen on the port
 * was one with SO_REUSEPORT, of the same user and an address that covers the newcomer's, even if
 * that holder has cleared the option since; for UDP when the first socket in the way, mostly the
 * last bound, shares with it. For the other holders this rule is then too strict.
 */
public final class BindRule {
  private BindRule() {}

  /** The result of the rule. */
  public enum Outcome {
    /** This socket does not refuse the bind. */
    ALLOWED,
    /** This socket refuses it with EADDRINUSE. */
    REFUSED,
    /** The result depends on an option of the holder that could not be read. */
    DEPENDS;

    /** The conjunction of both. */
    Outcome and(Outcome other) {
      if (this == ALLOWED || other == ALLOWED) {
        return ALLOWED;
      }
      return this == DEPENDS || other == DEPENDS ? DEPENDS : REFUSED;
    }
  }

  /** Whether a holder refuses a newcomer that binds to this address and the holder's port. */
  public static Outcome bind(BoundSocket holder, Newcomer newcomer, IpAddress address) {
    if (holder.state() == SocketState.SYN_RECV) {
      return Outcome.ALLOWED;
    }
    Outcome outcome = overlap(holder, newcomer, address);
    outcome = outcome.and(sameDevice(holder.device(), newcomer.device()));
    outcome = outcome.and(noSharedReuseAddress(holder, newcomer));
    return outcome.and(noSharedReusePort(holder, newcomer));
  }

  /**
   * Whether a holder refuses a newcomer that is already bound to this address and the holder's
   * port, and now calls listen(2).
   *
   * <p>The kernel decides anew, by the same rule and the holder's state and options of this moment:
   * inet_csk_listen_start() calls inet_csk_get_port() again. So two sockets with SO_REUSEADDR may
   * both be bound, and the first to listen makes the other's listen() fail with EADDRINUSE.
   *
   * @param holder another socket than the newcomer's own
   */
  public static Outcome listen(BoundSocket holder, Newcomer newcomer, IpAddress address) {
    return bind(holder, newcomer, address);
  }

  private static Outcome overlap(BoundSocket holder, Newcomer newcomer, IpAddress address) {
    IpAddress held = holder.local().address().unmapped();
    IpAddress wanted = address.unmapped();
    if (held.family() == wanted.family()) {
      return refusedIf(held.isWildcard() || wanted.isWildcard() || held.equals(wanted));
    }
    if (wanted.isWildcardV6()) {
      return refusedIf(!newcomer.ipv6Only());
    }
    // An IPv6 socket that may also serve IPv4 conflicts with IPv4 as long as it is bound to [::].
    // Even a connection that it made or accepted conflicts with 0.0.0.0, not with ::ffff:0.0.0.0:
    // for the former the kernel compares IPv4 addresses alone, and this socket has none.
    boolean meets = held.isWildcardV6() || address.equals(IpAddress.ANY_V4);
    return meets && held.family() == IpAddress.Family.V6
        ? unless(holder.ipv6Only())
        : Outcome.ALLOWED;
  }

  private static Outcome sameDevice(Optional<Device> held, Optional<Device> wanted) {
    return refusedIf(
        held.isEmpty() || wanted.isEmpty() || held.get().index() == wanted.get().index());
  }

  private static Outcome noSharedReuseAddress(BoundSocket holder, Newcomer newcomer) {
    boolean counts =
        newcomer.reuseAddress()
            && (holder.protocol() == Protocol.UDP || holder.state() != SocketState.LISTEN);
    return counts ? unless(holder.reuseAddress()) : Outcome.REFUSED;
  }

  private static Outcome noSharedReusePort(BoundSocket holder, Newcomer newcomer) {
    boolean counts =
        newcomer.reusePort()
            && (holder.isTimeWaitStub() || holder.owner().uid().equals(newcomer.uid()));
    return counts ? unless(holder.reusePort()) : Outcome.REFUSED;
  }

  private static Outcome refusedIf(boolean condition) {
    return condition ? Outcome.REFUSED : Outcome.ALLOWED;
  }

  private static Outcome unless(Reading<Boolean> condition) {
    return switch (condition) {
      case Reading.Known<Boolean>(Boolean set) -> refusedIf(!set);
      case Reading.Unknown<Boolean> unknown -> Outcome.DEPENDS;
    };
  }
}

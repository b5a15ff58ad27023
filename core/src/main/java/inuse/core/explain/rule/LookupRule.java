package inuse.core.explain.rule;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.IpAddress.Family;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The kernel's rule: which of the sockets of one port gets what comes for an address of this host?
 *
 * <p>Source: __inet_lookup_listener() in net/ipv4/inet_hashtables.c, udp4_lib_lookup2() in
 * net/ipv4/udp.c, and their twins for IPv6; measured on Linux 6.18. A new connection, or a datagram
 * from somebody to whom no socket is connected, is taken
 *
 * <ol>
 *   <li>by sockets of that very address, and only where there is none by a wildcard. An IPv6
 *       wildcard takes IPv4 as well, unless it has IPV6_V6ONLY;
 *   <li>of several, by the one that is bound to the device before one that is not, and an IPv4
 *       socket before one of IPv6;
 *   <li>but the kernel looks at them one after the other, the last to come first and IPv6 with
 *       SO_REUSEPORT behind all others, and looks no further than the first with SO_REUSEPORT that
 *       fits better than those before it: then all that share with that one get some.
 * </ol>
 *
 * <p>A socket takes nothing that comes by another device than the one that it is bound to. What
 * comes from this host itself comes by the device that has the address.
 *
 * <p>Nothing of this shows from outside: a BPF program that chooses (BPF_SK_LOOKUP,
 * SO_ATTACH_REUSEPORT_EBPF), SO_INCOMING_CPU, and SO_REUSEPORT that was set or cleared behind bind.
 * A VRF is not regarded.
 */
public final class LookupRule {
  private LookupRule() {}

  /**
   * What a client asks for.
   *
   * @param device index of the interface that has the address
   */
  public record Arrival(IpAddress address, int device) {
    public Arrival {
      address = address.unmapped();
    }
  }

  /**
   * The sockets of which one gets it, this time or another; none where no socket does. Unknown
   * where it depends on an IPV6_V6ONLY that could not be read.
   *
   * @param sockets all of one protocol and one port; those of one family in the order in which
   *     sock_diag lists them, which is the one in which the kernel looks
   */
  public static Reading<List<BoundSocket>> answering(List<BoundSocket> sockets, Arrival at) {
    Set<BoundSocket> answering = new Lookup(at, false).among(sockets);
    return answering.equals(new Lookup(at, true).among(sockets))
        ? Reading.known(List.copyOf(answering))
        : Reading.unknown(Reading.Why.UNREADABLE);
  }

  /** Whether that socket would get it, were it the only one. */
  public static boolean takes(BoundSocket socket, Arrival at) {
    return !new Lookup(at, false).among(List.of(socket)).isEmpty();
  }

  /**
   * One arrival, and what an IPv6 wildcard of which it is not known does with IPv4.
   *
   * @param both it takes that too
   */
  private record Lookup(Arrival at, boolean both) {
    Set<BoundSocket> among(List<BoundSocket> all) {
      List<BoundSocket> open = all.stream().filter(this::isOpen).toList();
      List<BoundSocket> exact = open.stream().filter(this::isExact).toList();
      return preferred(exact.isEmpty() ? open.stream().filter(this::isWide).toList() : exact);
    }

    private boolean isOpen(BoundSocket socket) {
      return socket.takesClients()
          && (socket.device().isEmpty() || socket.device().get().index() == at.device);
    }

    private boolean isExact(BoundSocket socket) {
      return socket.local().address().unmapped().equals(at.address);
    }

    private boolean isWide(BoundSocket socket) {
      IpAddress local = socket.local().address();
      return local.isWildcardV6()
          ? at.address.family() == Family.V6 || !isV6Only(socket)
          : local.isWildcard() && at.address.family() == Family.V4;
    }

    private boolean isV6Only(BoundSocket socket) {
      return switch (socket.ipv6Only()) {
        case Reading.Known<Boolean>(Boolean set) -> set;
        case Reading.Unknown<Boolean> unknown -> !both;
      };
    }

    /** Of those that all fit. */
    private Set<BoundSocket> preferred(List<BoundSocket> fitting) {
      List<BoundSocket> fours = fitting.stream().filter(one -> isV4(one)).toList();
      List<BoundSocket> sixes = fitting.stream().filter(one -> !isV4(one)).toList();
      if (fitting.stream().allMatch(one -> one.protocol() == Protocol.TCP)) {
        // Two listeners that both fit have let each other in by SO_REUSEPORT.
        return first(List.of(fours, sixes), one -> !one.reusePort().is(false));
      }
      // Two UDP sockets may do without, and then nothing tells which of the families came first.
      Set<BoundSocket> either = new LinkedHashSet<>();
      for (List<List<BoundSocket>> order :
          List.of(List.of(fours, sixes), List.of(early(sixes), fours, sixes))) {
        either.addAll(first(order, one -> one.reusePort().is(true)));
        either.addAll(first(order, one -> !one.reusePort().is(false)));
      }
      return either;
    }

    private static List<BoundSocket> early(List<BoundSocket> sixes) {
      return sixes.stream().filter(one -> !one.reusePort().is(true)).toList();
    }

    private static boolean isV4(BoundSocket socket) {
      return socket.local().address().family() == Family.V4;
    }

    private Set<BoundSocket> first(List<List<BoundSocket>> order, Predicate<BoundSocket> shares) {
      List<BoundSocket> ordered = order.stream().flatMap(List::stream).toList();
      Optional<BoundSocket> best = Optional.empty();
      for (BoundSocket one : ordered) {
        if (best.isEmpty() || score(one) > score(best.get())) {
          best = Optional.of(one);
          if (shares.test(one)) {
            return group(one, ordered, shares);
          }
        }
      }
      return new LinkedHashSet<>(best.stream().toList());
    }

    private static Set<BoundSocket> group(
        BoundSocket one, List<BoundSocket> ordered, Predicate<BoundSocket> shares) {
      return new LinkedHashSet<>(
          ordered.stream()
              .filter(shares)
              .filter(other -> other.local().equals(one.local()))
              .filter(other -> other.device().equals(one.device()))
              .filter(other -> other.ipv6Only().equals(one.ipv6Only()))
              .toList());
    }

    private int score(BoundSocket socket) {
      boolean device = socket.device().isPresent();
      int family = at.address.family() == Family.V4 && isV4(socket) ? 1 : 0;
      // For TCP an IPv6 socket with a device is as good as one of IPv4 without; for UDP better.
      return family + (device ? (socket.protocol() == Protocol.UDP ? 2 : 1) : 0);
    }
  }
}

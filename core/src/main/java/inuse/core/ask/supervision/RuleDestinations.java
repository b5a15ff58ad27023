package inuse.core.ask.supervision;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.sockets.LocalAddresses;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Numeral;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether a socket takes what a rule of the packet filter sends elsewhere on this host. */
final class RuleDestinations {
  /** What stands before an address, a port or both, as nft(8) and iptables-save(8) write it. */
  private static final List<String> TO =
      List.of(
          "dnat to ",
          "dnat ip to ",
          "dnat ip6 to ",
          "--to-destination ",
          "redirect to ",
          "--to-ports ",
          "tproxy to ");

  private static final List<String> OF_THIS_HOST = List.of("redirect", "REDIRECT");

  private final Host host;

  RuleDestinations(Host host) {
    this.host = host;
  }

  /** Where on this host the rule itself sends it, if no socket takes it there. */
  Optional<Endpoint> unserved(String rule, PortTarget target) {
    return destination(rule, target)
        .filter(place -> isHere(place.address()))
        .filter(place -> sockets(target.protocol(), place.port()).noneTakes(place));
  }

  /** What a rule names; the wildcard address for this host's own, as redirect means it. */
  static Optional<Endpoint> destination(String rule, PortTarget target) {
    for (String behind : TO) {
      int at = rule.indexOf(behind);
      if (at >= 0) {
        String rest = rule.substring(at + behind.length());
        int end = rest.indexOf(' ');
        return endpoint(end < 0 ? rest : rest.substring(0, end), target.port());
      }
    }
    return OF_THIS_HOST.stream().anyMatch(rule::endsWith)
        ? Optional.of(new Endpoint(IpAddress.ANY_V4, target.port()))
        : Optional.empty();
  }

  /** Of {@code 10.0.0.1:80}, {@code [::1]:80}, {@code 10.0.0.1}, {@code ::1}, {@code :80}, 80. */
  private static Optional<Endpoint> endpoint(String word, Port same) {
    Optional<IpAddress> bare = IpAddress.parse(word);
    if (bare.isPresent()) {
      return bare.map(address -> new Endpoint(address, same));
    }
    int colon = word.lastIndexOf(':');
    String name = word.substring(0, Math.max(0, colon));
    boolean quoted = name.startsWith("[") && name.endsWith("]");
    Optional<IpAddress> address =
        name.isEmpty()
            ? Optional.of(IpAddress.ANY_V4)
            : IpAddress.parse(quoted ? name.substring(1, name.length() - 1) : name);
    OptionalLong port = Numeral.decimal(word.substring(colon + 1));
    return address.isEmpty() || port.isEmpty() || port.getAsLong() > Port.MAX
        ? Optional.empty()
        : Optional.of(new Endpoint(address.get(), new Port((int) port.getAsLong())));
  }

  private boolean isHere(IpAddress address) {
    return address.isWildcard()
        || address.isLoopback()
        || new LocalAddresses(host.calls(), host.deadline())
            .read().toOptional().orElse(List.of()).stream()
                .map(LocalAddress::address)
                .anyMatch(address::equals);
  }

  /** The sockets that take clients at a port; none were read where that failed. */
  private record Takers(boolean known, List<BoundSocket> sockets) {
    boolean noneTakes(Endpoint place) {
      return known && sockets.stream().noneMatch(one -> takes(one, place.address()));
    }

    private static boolean takes(BoundSocket socket, IpAddress address) {
      IpAddress local = socket.local().address().unmapped();
      return socket.takesClients()
          && (address.isWildcard() || local.isWildcard() || local.equals(address));
    }
  }

  private Takers sockets(Protocol protocol, Port port) {
    SocketRecords records =
        new SocketRecords(
            new UserNames(host.proc()), new CgroupNames(host), new DeviceNames(host.calls()));
    Deadline deadline = host.deadline();
    SocketTable table =
        new SocketTable(new NetlinkSocket(host.calls()), host.proc(), records, deadline);
    SocketTable.Found found = table.look(protocol, port);
    return new Takers(found.gaps().isEmpty(), found.sockets());
  }
}

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
import java.util.List;
import java.util.Optional;

/** Whether a socket takes what a rule of the packet filter sends elsewhere on this host. */
final class RuleDestinations {
  private final Host host;

  RuleDestinations(Host host) {
    this.host = host;
  }

  /** Where on this host it is sent, if no socket takes it at any of these places. */
  Optional<Endpoint> unserved(List<Endpoint> places, PortTarget target) {
    return places.stream()
            .allMatch(one ->
                isHere(one.address()) && sockets(target.protocol(), one.port()).noneTakes(one))
        ? places.stream().findFirst()
        : Optional.empty();
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

package inuse.core.ask;

import inuse.core.ask.sockets.LocalAddresses;
import inuse.core.ask.sockets.Localhost;
import inuse.core.ask.supervision.SupervisionLookup;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Server;
import inuse.core.evidence.Uid;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import java.util.List;
import java.util.Optional;

/** Looks by which names clients may ask for a port, where it matters: several servers have it. */
final class NameSearch {
  private final Host host;
  private final SupervisionLookup supervision;
  private final Deadline deadline;

  NameSearch(Host host, SupervisionLookup supervision, Deadline deadline) {
    this.host = host;
    this.supervision = supervision;
    this.deadline = deadline;
  }

  /** The names, in the network namespace of this thread. */
  HostNames look(PortTarget target, List<BoundSocket> sockets, List<Holder> holders) {
    Uid asker = new Uid(host.calls().getEffectiveUid());
    // Who asks about one address of the network knows what is asked for; localhost is several.
    boolean certain = target.address().filter(one -> !one.isLoopback()).isPresent();
    if (certain || Server.among(sockets, holders, asker).size() < 2) {
      return HostNames.NOT_ASKED;
    }
    Reading<List<LocalAddress>> addresses = new LocalAddresses(host.calls(), deadline).read();
    List<HostNames.Forward> forwards =
        addresses.toOptional().orElse(List.of()).stream()
            .map(LocalAddress::address)
            .filter(one -> !one.isLoopback() && !one.needsInterface())
            .flatMap(one -> forward(target, one).stream())
            .toList();
    return new HostNames(addresses, Localhost.of(host), forwards);
  }

  private Optional<HostNames.Forward> forward(PortTarget target, IpAddress address) {
    PortTarget there = new PortTarget(target.protocol(), Optional.of(address), target.port());
    return supervision.forward(there).map(rule -> new HostNames.Forward(address, rule));
  }
}

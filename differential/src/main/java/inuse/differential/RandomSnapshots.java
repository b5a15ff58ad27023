package inuse.differential;

import inuse.core.evidence.AddressFacts;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BindSettings;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.Device;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SocketState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Random snapshots, possible and impossible. */
final class RandomSnapshots {
  private final RandomInputs random;
  private final RandomParts parts;
  private final RandomHolders holders;

  RandomSnapshots(RandomInputs random) {
    this.random = random;
    parts = new RandomParts(random);
    holders = new RandomHolders(random);
  }

  PortSnapshot snapshot() {
    Port port = new Port(random.port());
    PortTarget target =
        new PortTarget(
            random.pick(List.of(Protocol.values())), parts.maybe(3, parts::address), port);
    int[] counts = {
      random.below(random.oneIn(20) ? 40 : 5),
      random.below(random.oneIn(20) ? 12 : 4),
      random.below(random.oneIn(10) ? 3000 : 1),
      random.below(3)
    };
    return new PortSnapshot(
        new PortSnapshot.Asked(target, parts.newcomer(), parts.uid()),
        new PortSnapshot.Look(
            new Moment(random.oneIn(20) ? random.bits() : RandomParts.NOW),
            parts.reading(random::natural),
            1 + counts[3],
            search()),
        probes(target),
        new PortSnapshot.Table(
            parts.several(counts[0], () -> socket(target.protocol(), port)),
            counts[2],
            parts.several(random.oneIn(4) ? 2 : 0, () -> socket(Protocol.UDP, port)),
            parts.several(
                random.oneIn(4) ? 2 : 0,
                () -> new Client(parts.endpoint(port), parts.ancestry(8)))),
        parts.several(counts[1], holders::holder),
        new PortSnapshot.Context(
            new BindSettings(
                parts.reading(() -> new Port(random.port())),
                parts.reading(() -> new Range(new Port(random.port()), new Port(random.port())))),
            parts.maybe(8, this::ephemeralUse),
            new RandomCharges(random).hostContext(),
            elsewhere(port),
            AddressFacts.NOT_ASKED,
            new RandomNames(random).names(),
            List.of()),
        coverage(),
        parts.several(random.below(3), parts::gap));
  }

  private SearchCoverage coverage() {
    if (random.coin()) {
      return SearchCoverage.NOT_NEEDED;
    }
    RandomCharges charges = new RandomCharges(random);
    SearchCoverage.Rights rights = random.pick(List.of(SearchCoverage.Rights.values()));
    boolean[] set = {random.coin(), random.coin()};
    return new SearchCoverage(
        rights,
        set[0],
        set[1],
        parts.several(
            random.below(3),
            () -> new KernelUser(random.word(), parts.maybe(2, parts::foreign), random.coin())),
        parts.several(
            random.below(3),
            () ->
                new SearchCoverage.CgroupSupervision(
                    parts.foreign(),
                    parts.maybe(2, charges::unit),
                    parts.maybe(4, charges::saidContainer))));
  }

  private EphemeralUse ephemeralUse() {
    int[] drawn = {random.below(9), random.below(30_000), random.below(30_000)};
    return new EphemeralUse(
        drawn[0],
        drawn[1],
        Map.of(random.pick(List.of(SocketState.values())), drawn[2]),
        parts.several(
            random.below(4), () -> new EphemeralUse.Share(parts.pid(), random.below(9000))),
        parts.maybe(
            2,
            () ->
                new EphemeralUse.Destination(
                    parts.endpoint(new Port(random.port())), random.below(9000))));
  }

  private HolderSearch search() {
    return new HolderSearch(
        random.pick(List.of(HolderSearch.Way.values())),
        parts.several(random.below(3), () -> "bpf-task: bpf PROG_LOAD: EPERM"),
        random.coin(),
        parts.reading(() -> random.below(3)));
  }

  /** Every combination: no probe, one address of two, both with and without SO_REUSEADDR. */
  private List<Probe> probes(PortTarget target) {
    List<Probe> probes = new ArrayList<>();
    for (IpAddress address : target.addresses()) {
      if (!random.oneIn(10)) {
        probes.add(new Probe(address, false, parts.result()));
      }
      if (random.coin()) {
        probes.add(new Probe(address, true, parts.result()));
      }
    }
    return probes;
  }

  private BoundSocket socket(Protocol protocol, Port port) {
    SocketState state = random.pick(List.of(SocketState.values()));
    boolean connected = state != SocketState.LISTEN && state != SocketState.BOUND;
    return new BoundSocket(
        protocol,
        state,
        parts.endpoint(port),
        connected
            ? parts.maybe(1, () -> parts.endpoint(new Port(random.port())))
            : Optional.empty(),
        parts.account(),
        state == SocketState.TIME_WAIT || random.oneIn(6)
            ? Optional.empty()
            : Optional.of(parts.inode()),
        random.oneIn(10) ? random.bits() : random.below(9),
        parts.maybe(8, () -> new Device(random.below(3), parts.foreign())),
        parts.reading(parts::foreign),
        state == SocketState.TIME_WAIT || random.oneIn(12)
            ? Optional.of(
                Duration.ofMillis(random.oneIn(10) ? random.natural() >> 20 : random.below(60_000)))
            : Optional.empty(),
        new BoundSocket.Options(
            parts.reading(random::coin), parts.reading(random::coin), parts.reading(random::coin)),
        new BoundSocket.Origin(parts.reading(random::coin), parts.reading(random::coin)));
  }

  private NamespaceContext elsewhere(Port port) {
    Optional<Namespace> asked = parts.maybe(4, this::namespace);
    Optional<String> refusal = parts.maybe(8, () -> "setns said EPERM");
    int count = random.oneIn(4) ? 1 + random.below(3) : 0;
    List<NamespaceContext.OtherNamespaceHolder> held =
        parts.several(
            count,
            () ->
                new NamespaceContext.OtherNamespaceHolder(
                    namespace(),
                    parts.several(1 + random.below(2), () -> socket(Protocol.TCP, port)),
                    parts.ancestry(3),
                    Optional.empty()));
    return new NamespaceContext(asked, refusal, held, random.oneIn(6) ? random.below(9) : 0);
  }

  private Namespace namespace() {
    return new Namespace(
        parts.reading(random::natural),
        parts.maybe(2, parts::foreign),
        "/proc/" + parts.pid() + "/ns/net",
        parts.maybe(2, () -> new Ancestor(parts.pid(), parts.foreign())),
        Optional.empty(),
        random.oneIn(5));
  }
}

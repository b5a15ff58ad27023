package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds snapshots of port 8080 as seen by uid 1000, on a quiet host, on 2026-11-22 at 07:10 UTC.
 */
public final class SnapshotBuilder {
  /** When it was seen. */
  public static final long NOW = 1_795_331_400_000L;

  private Protocol protocol = Protocol.TCP;
  private Optional<IpAddress> address = Optional.empty();
  private Optional<String> zone = Optional.empty();
  private int port = 8080;
  private Newcomer newcomer = Newcomer.plain(new Uid(1000));
  private Optional<Uid> asker = Optional.empty();
  private Optional<EphemeralUse> ephemeralUse = Optional.empty();
  private HolderSearch search = HolderSearch.NOT_NEEDED;
  private final List<Probe> probes = new ArrayList<>();
  private final List<BoundSocket> sockets = new ArrayList<>();
  private final List<BoundSocket> udpAlso = new ArrayList<>();
  private final List<Holder> holders = new ArrayList<>();
  private AddressFacts addressFacts = AddressFacts.NOT_ASKED;
  private HostNames names = HostNames.NOT_ASKED;
  private final List<Holder> launchers = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private Crowd crowd = Crowd.NONE;
  private final List<Gap> gaps = new ArrayList<>();
  private NamespaceContext namespaceContext = NamespaceContext.NOTHING;
  private final List<SocketUnit> socketUnits = new ArrayList<>();
  private final List<Unit> storing = new ArrayList<>();
  private Optional<Detour> forward = Optional.empty();
  private boolean wsl;
  private Reading<Port> unprivileged = Reading.known(new Port(1024));
  private Reading<Range> ephemeral = Reading.known(new Range(new Port(32_768), new Port(60_999)));

  private SearchCoverage coverage = SearchCoverage.NOT_NEEDED;

  public static SnapshotBuilder snapshot() {
    return new SnapshotBuilder();
  }

  public SnapshotBuilder udp() {
    protocol = Protocol.UDP;
    return this;
  }

  public SnapshotBuilder address(String text) {
    address = IpAddress.parse(text);
    return this;
  }

  public SnapshotBuilder port(int number) {
    port = number;
    return this;
  }

  public SnapshotBuilder newcomer(Newcomer other) {
    newcomer = other;
    return this;
  }

  /** Asked by that user, for a newcomer who may be another. */
  public SnapshotBuilder asker(long uid) {
    asker = Optional.of(new Uid(uid));
    return this;
  }

  /** How the holders were searched for. */
  public SnapshotBuilder search(HolderSearch how) {
    search = how;
    return this;
  }

  public SnapshotBuilder ephemeralUse(EphemeralUse use) {
    ephemeralUse = Optional.of(use);
    return this;
  }

  /** Asked by root. */
  public SnapshotBuilder asRoot() {
    return newcomer(Newcomer.plain(Uid.ROOT));
  }

  /** A probe: {@code ok}, or the name of an errno. */
  public SnapshotBuilder probe(String at, boolean reuseAddress, String result) {
    probes.add(probeOf(at, reuseAddress, result));
    return this;
  }

  static Probe probeOf(String at, boolean reuseAddress, String result) {
    return new Probe(
        IpAddress.parse(at).orElseThrow(),
        reuseAddress,
        result.equals("ok")
            ? new Probe.Result.Allowed()
            : new Probe.Result.Refused("bind", new ErrnoName(result)));
  }

  /** All addresses of the target: refused, with SO_REUSEADDR too. */
  public SnapshotBuilder blocked() {
    return refused("EADDRINUSE");
  }

  /** All addresses of the target: refused, allowed with SO_REUSEADDR. */
  public SnapshotBuilder freeWithReuseAddress() {
    return refused("ok");
  }

  private SnapshotBuilder refused(String withReuseAddress) {
    for (String at : addresses()) {
      probe(at, false, "EADDRINUSE").probe(at, true, withReuseAddress);
    }
    return this;
  }

  /** All addresses of the target, without SO_REUSEADDR. */
  public SnapshotBuilder probes(String result) {
    for (String at : addresses()) {
      probe(at, false, result);
    }
    return this;
  }

  private List<String> addresses() {
    return address.map(one -> List.of(one.toString())).orElse(List.of("0.0.0.0", "::"));
  }

  public SnapshotBuilder sockets(SocketBuilder... more) {
    for (SocketBuilder one : more) {
      sockets.add(one.build());
    }
    return this;
  }

  public SnapshotBuilder udpAlso(SocketBuilder one) {
    udpAlso.add(one.udp().build());
    return this;
  }

  public SnapshotBuilder holders(HolderBuilder... more) {
    for (HolderBuilder one : more) {
      holders.add(one.build());
    }
    return this;
  }

  public SnapshotBuilder addresses(AddressFacts facts) {
    addressFacts = facts;
    return this;
  }

  public SnapshotBuilder names(HostNames known) {
    names = known;
    return this;
  }

  /** Of one interface alone. */
  public SnapshotBuilder zone(String name) {
    zone = Optional.of(name);
    return this;
  }

  /** Processes above the holders. */
  public SnapshotBuilder launchers(HolderBuilder... more) {
    for (HolderBuilder one : more) {
      launchers.add(one.build());
    }
    return this;
  }

  public SnapshotBuilder client(int pid, String command) {
    clients.add(
        new Client(
            new Endpoint(IpAddress.parse("127.0.0.1").orElseThrow(), new Port(50_000)),
            List.of(new Ancestor(new Pid(pid), new Untrusted(command)))));
    return this;
  }

  public SnapshotBuilder crowd(Crowd more) {
    crowd = more;
    return this;
  }

  public SnapshotBuilder gap(String what, Reading.Why why, String remedy) {
    return gap(new Gap(Gap.Subject.OPEN_FILES, what, why, remedy));
  }

  public SnapshotBuilder gap(Gap gap) {
    gaps.add(gap);
    return this;
  }

  public SnapshotBuilder socketUnit(SocketUnit unit) {
    socketUnits.add(unit);
    return this;
  }

  /** Services of the system that have left descriptors with systemd. */
  public SnapshotBuilder storing(String... services) {
    for (String one : services) {
      storing.add(new Unit(one, false));
    }
    return this;
  }

  public SnapshotBuilder socketUnit(String name, boolean user, String... services) {
    socketUnits.add(new SocketUnit(name, user, List.of(services)));
    return this;
  }

  public SnapshotBuilder forward(String rule) {
    forward = Optional.of(new Detour(new Untrusted(rule), Optional.empty()));
    return this;
  }

  /** One that leads to a place of this host where no server is. */
  public SnapshotBuilder forwardToNothing(String rule, String address, int port) {
    Endpoint place = new Endpoint(IpAddress.parse(address).orElseThrow(), new Port(port));
    forward = Optional.of(new Detour(new Untrusted(rule), Optional.of(place)));
    return this;
  }

  public SnapshotBuilder wsl() {
    wsl = true;
    return this;
  }

  public SnapshotBuilder ephemeral(int first, int last) {
    ephemeral = Reading.known(new Range(new Port(first), new Port(last)));
    return this;
  }

  public SnapshotBuilder elsewhere(NamespaceContext seen) {
    namespaceContext = seen;
    return this;
  }

  public SnapshotBuilder unprivilegedFrom(int first) {
    unprivileged = Reading.known(new Port(first));
    return this;
  }

  public SnapshotBuilder unknownSettings() {
    unprivileged = Reading.unknown(Reading.Why.UNREADABLE);
    ephemeral = Reading.unknown(Reading.Why.UNREADABLE);
    return this;
  }

  public SnapshotBuilder search(SearchCoverage how) {
    coverage = how;
    return this;
  }

  public PortSnapshot build() {
    return new PortSnapshot(
        new PortSnapshot.Asked(
            new PortTarget(protocol, address, new Port(port), zone),
            newcomer,
            asker.orElse(newcomer.uid())),
        new PortSnapshot.Look(new Moment(NOW), Reading.known(4_026_531_840L), 1, search),
        probes,
        new PortSnapshot.Table(sockets, 0, udpAlso, clients, crowd),
        holders,
        new PortSnapshot.Context(
            new BindSettings(unprivileged, ephemeral),
            ephemeralUse,
            new HostContext(socketUnits, storing, forward, wsl),
            namespaceContext,
            addressFacts,
            names,
            launchers),
        coverage,
        gaps);
  }
}

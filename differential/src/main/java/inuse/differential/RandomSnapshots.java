package inuse.differential;

import inuse.core.evidence.Account;
import inuse.core.evidence.AddressFacts;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.BindSettings;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.Device;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Inode;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.KernelUser;
import inuse.core.evidence.Lineage;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.NamespaceContext;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Reparented;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.evidence.Via;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Random snapshots, possible and impossible. */
final class RandomSnapshots {
  private static final IpAddress LOOPBACK_V4 = new IpAddress(IpAddress.Family.V4, 0, 0x7f000001L);
  private static final IpAddress LOOPBACK_V6 = new IpAddress(IpAddress.Family.V6, 0, 1);
  private static final IpAddress MAPPED = new IpAddress(IpAddress.Family.V6, 0, 0xffff_7f00_0001L);
  private static final IpAddress MAPPED_ANY =
      new IpAddress(IpAddress.Family.V6, 0, 0xffff_0000_0000L);

  /** Addresses that meet each other often. */
  static final List<IpAddress> ADDRESSES =
      List.of(IpAddress.ANY_V4, IpAddress.ANY_V6, LOOPBACK_V4, LOOPBACK_V6, MAPPED, MAPPED_ANY);

  private static final List<String> ERRNOS =
      List.of(
          "EADDRINUSE",
          "EADDRINUSE",
          "EADDRINUSE",
          "EACCES",
          "EPERM",
          "EADDRNOTAVAIL",
          "EAFNOSUPPORT",
          "EMFILE",
          "errno 4000");

  private static final long NOW = 1_795_335_000_000L;

  private final RandomInputs random;

  RandomSnapshots(RandomInputs random) {
    this.random = random;
  }

  PortSnapshot snapshot() {
    Port port = new Port(random.port());
    PortTarget target =
        new PortTarget(random.pick(List.of(Protocol.values())), maybe(3, this::address), port);
    int[] counts = {
      random.below(random.oneIn(20) ? 40 : 5),
      random.below(random.oneIn(20) ? 12 : 4),
      random.below(random.oneIn(10) ? 3000 : 1),
      random.below(3)
    };
    return new PortSnapshot(
        new PortSnapshot.Asked(target, newcomer(), uid()),
        new PortSnapshot.Look(
            new Moment(random.oneIn(20) ? random.bits() : NOW),
            reading(random::natural),
            1 + counts[3],
            search()),
        probes(target),
        new PortSnapshot.Table(
            several(counts[0], () -> socket(target.protocol(), port)),
            counts[2],
            several(random.oneIn(4) ? 2 : 0, () -> socket(Protocol.UDP, port)),
            several(random.oneIn(4) ? 2 : 0, () -> new Client(endpoint(port), ancestry(8)))),
        several(counts[1], this::holder),
        new PortSnapshot.Context(
            new BindSettings(
                reading(() -> new Port(random.port())),
                reading(() -> new Range(new Port(random.port()), new Port(random.port())))),
            maybe(8, this::ephemeralUse),
            new RandomCharges(random).hostContext(),
            elsewhere(port),
            AddressFacts.NOT_ASKED,
            new RandomNames(random).names(),
            List.of()),
        coverage(),
        several(random.below(3), this::gap));
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
        several(
            random.below(3),
            () -> new KernelUser(random.word(), maybe(2, this::foreign), random.coin())),
        several(
            random.below(3),
            () ->
                new SearchCoverage.CgroupSupervision(
                    foreign(), maybe(2, charges::unit), maybe(4, charges::saidContainer))));
  }

  private EphemeralUse ephemeralUse() {
    int[] drawn = {random.below(9), random.below(30_000), random.below(30_000)};
    return new EphemeralUse(
        drawn[0],
        drawn[1],
        Map.of(random.pick(List.of(SocketState.values())), drawn[2]),
        several(random.below(4), () -> new EphemeralUse.Share(pid(), random.below(9000))),
        maybe(
            2,
            () ->
                new EphemeralUse.Destination(
                    endpoint(new Port(random.port())), random.below(9000))));
  }

  Newcomer newcomer() {
    boolean[] set = {random.oneIn(4), random.oneIn(4), random.oneIn(4)};
    OptionalInt device = random.oneIn(6) ? OptionalInt.of(random.below(3)) : OptionalInt.empty();
    return new Newcomer(uid(), set[0], set[1], set[2], device);
  }

  IpAddress address() {
    if (!random.oneIn(5)) {
      return random.pick(ADDRESSES);
    }
    if (random.coin()) {
      return new IpAddress(IpAddress.Family.V4, 0, random.bits() & 0xffffffffL);
    }
    long[] drawn = {random.number(), random.below(4), random.number()};
    return new IpAddress(IpAddress.Family.V6, drawn[0] << (16 * drawn[1]), drawn[2]);
  }

  <T> List<T> several(int count, Supplier<T> one) {
    List<T> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(one.get());
    }
    return all;
  }

  <T> Optional<T> maybe(int chances, Supplier<T> one) {
    return random.oneIn(chances) ? Optional.of(one.get()) : Optional.empty();
  }

  private HolderSearch search() {
    return new HolderSearch(
        random.pick(List.of(HolderSearch.Way.values())),
        several(random.below(3), () -> "bpf-task: bpf PROG_LOAD: EPERM"),
        random.coin(),
        reading(() -> random.below(3)));
  }

  <T> Reading<T> reading(Supplier<T> one) {
    return random.oneIn(3)
        ? Reading.unknown(random.pick(List.of(Reading.Why.values())))
        : Reading.known(one.get());
  }

  private Uid uid() {
    return new Uid(random.oneIn(12) ? random.bits() & 0xffffffffL : 1000L * random.below(3));
  }

  Untrusted foreign() {
    return new Untrusted(random.foreign(random.oneIn(20) ? 40 : 4));
  }

  Account account() {
    return new Account(uid(), maybe(2, this::foreign));
  }

  private Endpoint endpoint(Port port) {
    return new Endpoint(address(), port);
  }

  Inode inode() {
    return new Inode(
        random.oneIn(20) ? 1 + (random.natural() >> 1) : RandomDatagrams.inode(random));
  }

  /** Every combination: no probe, one address of two, both with and without SO_REUSEADDR. */
  private List<Probe> probes(PortTarget target) {
    List<Probe> probes = new ArrayList<>();
    for (IpAddress address : target.addresses()) {
      if (!random.oneIn(10)) {
        probes.add(new Probe(address, false, result()));
      }
      if (random.coin()) {
        probes.add(new Probe(address, true, result()));
      }
    }
    return probes;
  }

  Probe.Result result() {
    return random.oneIn(3)
        ? new Probe.Result.Allowed()
        : new Probe.Result.Refused(
            random.pick(List.of("bind", "bind", "socket", "setsockopt")),
            new ErrnoName(random.pick(ERRNOS)));
  }

  private BoundSocket socket(Protocol protocol, Port port) {
    SocketState state = random.pick(List.of(SocketState.values()));
    boolean connected = state != SocketState.LISTEN && state != SocketState.BOUND;
    return new BoundSocket(
        protocol,
        state,
        endpoint(port),
        connected ? maybe(1, () -> endpoint(new Port(random.port()))) : Optional.empty(),
        account(),
        state == SocketState.TIME_WAIT || random.oneIn(6) ? Optional.empty() : Optional.of(inode()),
        random.oneIn(10) ? random.bits() : random.below(9),
        maybe(8, () -> new Device(random.below(3), foreign())),
        reading(this::foreign),
        state == SocketState.TIME_WAIT || random.oneIn(12)
            ? Optional.of(
                Duration.ofMillis(random.oneIn(10) ? random.natural() >> 20 : random.below(60_000)))
            : Optional.empty(),
        new BoundSocket.Options(
            reading(random::coin), reading(random::coin), reading(random::coin)),
        new BoundSocket.Origin(reading(random::coin), reading(random::coin)));
  }

  Holder holder() {
    RandomCharges charges = new RandomCharges(random);
    return new Holder(
        new ProcessIdentity(pid(), random.natural()),
        new Holder.Invocation(
            foreign(),
            reading(() -> several(random.below(random.oneIn(10) ? 60 : 4), this::foreign)),
            reading(this::executable),
            reading(this::foreign),
            random.oneIn(4)),
        reading(this::account),
        maybe(1 + random.below(2), () -> random.pick(List.of(ProcessState.values()))),
        reading(this::start),
        several(1 + random.below(3), () -> new Holder.OpenSocket(random.below(1024), inode())),
        ancestry(6),
        maybe(1, () -> new Lineage(pid(), pid(), random.natural())),
        new Holder.Context(
            reading(this::foreign),
            maybe(3, charges::unit),
            maybe(4, charges::saidContainer),
            charges.supervision()),
        several(random.oneIn(4) ? 2 : 0, this::reference),
        maybe(
            4,
            () ->
                new Reparented(
                    pid(),
                    several(random.below(3), this::between),
                    random.coin(),
                    reading(random::coin))));
  }

  private Holder.Reference reference() {
    return new Holder.Reference(inode(), random.pick(List.of(Via.values())), random.coin());
  }

  private Moment start() {
    if (random.oneIn(20)) {
      return new Moment(random.bits());
    }
    long[] drawn = {random.natural(), random.below(40)};
    return new Moment(NOW - (drawn[0] >> (20 + drawn[1])));
  }

  private Untrusted executable() {
    return random.oneIn(3)
        ? foreign()
        : new Untrusted(
            "/usr/bin/"
                + random.pick(List.of("python3.13", "pypy3", "java", "node", "nginx", "a.out"))
                + (random.oneIn(4) ? " (deleted)" : ""));
  }

  private Untrusted between() {
    return random.oneIn(3) ? foreign() : new Untrusted(random.pick(List.of("sh", "node", "nginx")));
  }

  private Pid pid() {
    return new Pid(1 + (random.oneIn(10) ? (int) (random.bits() >>> 34) : random.below(100)));
  }

  private NamespaceContext elsewhere(Port port) {
    Optional<Namespace> asked = maybe(4, this::namespace);
    Optional<String> refusal = maybe(8, () -> "setns said EPERM");
    int count = random.oneIn(4) ? 1 + random.below(3) : 0;
    List<NamespaceContext.OtherNamespaceHolder> held =
        several(
            count,
            () ->
                new NamespaceContext.OtherNamespaceHolder(
                    namespace(),
                    several(1 + random.below(2), () -> socket(Protocol.TCP, port)),
                    ancestry(3),
                    Optional.empty()));
    return new NamespaceContext(asked, refusal, held, random.oneIn(6) ? random.below(9) : 0);
  }

  private Namespace namespace() {
    return new Namespace(
        reading(random::natural),
        maybe(2, this::foreign),
        "/proc/" + pid() + "/ns/net",
        maybe(2, () -> new Ancestor(pid(), foreign())),
        Optional.empty(),
        random.oneIn(5));
  }

  private List<Ancestor> ancestry(int most) {
    return several(
        random.below(most),
        () -> new Ancestor(pid(), foreign(), random.pick(List.of(Tie.values()))));
  }

  Gap gap() {
    return new Gap(
        Gap.Subject.OPEN_FILES,
        "/proc/PID/fd of " + random.below(9) + " processes",
        random.pick(List.of(Reading.Why.values())),
        "run as root");
  }
}

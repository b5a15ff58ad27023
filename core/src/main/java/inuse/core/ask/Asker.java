package inuse.core.ask;

import static inuse.kernel.abi.Constants.CLOCK_REALTIME;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.HiddenHolderSearch;
import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderOptions;
import inuse.core.ask.holders.HolderSearch;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.namespaces.Namespaces;
import inuse.core.ask.namespaces.OtherNamespaces;
import inuse.core.ask.sockets.BindProbe;
import inuse.core.ask.sockets.BindSettingsReader;
import inuse.core.ask.sockets.BoundUnlistenedSearch;
import inuse.core.ask.sockets.ClientSearch;
import inuse.core.ask.sockets.DeviceNames;
import inuse.core.ask.sockets.EphemeralPorts;
import inuse.core.ask.sockets.NamespaceView;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.ask.supervision.SupervisionLookup;
import inuse.core.evidence.BindSettings;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.io.Deadline;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Asks the kernel everything that a question needs, within {@link Deadline#OF_A_QUESTION}.
 *
 * <p>Probe and table are two looks at a moving thing. Both are taken again, at most {@link
 * #MAX_LOOKS} times, while the caller finds that they do not fit together.
 */
public final class Asker {
  /** How often probe and table are taken. */
  public static final int MAX_LOOKS = 3;

  private final SystemCalls calls;
  private final Proc proc;
  private final NetlinkSocket netlink;
  private final SocketRecords records;
  private final UserNames users;
  private final DeviceNames devices;
  private final HolderFacts facts;
  private final SupervisionLookup supervisionLookup;

  /**
   * An asker of this machine.
   *
   * @param proc where /proc, /sys and /etc are found
   */
  public Asker(SystemCalls calls, Proc proc) {
    this.calls = calls;
    this.proc = proc;
    netlink = new NetlinkSocket(calls);
    users = new UserNames(proc);
    devices = new DeviceNames(calls);
    records = new SocketRecords(users, new CgroupNames(calls, proc), devices);
    facts = new HolderFacts(calls, proc, users);
    supervisionLookup = new SupervisionLookup(calls, proc);
  }

  /** Looks until probe and table agree, or often enough. */
  public PortSnapshot ask(Question question, Predicate<PortSnapshot> agrees) {
    Optional<Namespace> there = question.namespace().filter(one -> !one.own());
    if (there.isEmpty()) {
      PortSnapshot snapshot = settled(question, NamespaceView.here(question.namespace()), agrees);
      return question.lookAround() && isFree(snapshot) ? others().around(snapshot) : snapshot;
    }
    NamespaceSwitch door = new NamespaceSwitch(calls, proc);
    return switch (door.enter(there.get())) {
      case NamespaceSwitch.Entry.Refused(var why) ->
          settled(question, NamespaceView.outside(there.get(), why), agrees);
      case NamespaceSwitch.Entry.Inside inside -> {
        if (inside.home().isEmpty()) {
          users.translate();
        }
        PortSnapshot snapshot;
        boolean back = false;
        try {
          snapshot = settled(question, NamespaceView.inside(there.get()), agrees);
        } finally {
          back = door.leave(inside);
        }
        yield back && question.lookAround() && isFree(snapshot)
            ? others().atHome(snapshot, new Namespaces(calls, proc).own())
            : snapshot;
      }
    };
  }

  private OtherNamespaces others() {
    return new OtherNamespaces(calls, proc, netlink, records, facts);
  }

  private static boolean isFree(PortSnapshot snapshot) {
    return snapshot.probes().stream().anyMatch(Probe::isAllowed)
        && snapshot.probes().stream().allMatch(one -> one.isAllowed() || one.familyIsMissing());
  }

  private PortSnapshot settled(
      Question question, NamespaceView view, Predicate<PortSnapshot> agrees) {
    Deadline deadline = new Deadline(calls, Deadline.OF_A_QUESTION);
    int looks = 1;
    PortSnapshot snapshot = look(question, view, deadline, looks);
    while (!(agrees.test(snapshot) && isSettled(snapshot, view, deadline))) {
      if (!snapshot.probes().isEmpty()) {
        // The table lies between two binds: what was there for the first may be gone since.
        PortSnapshot later = snapshot.withProbes(probes(question, view));
        if (agrees.test(later) && isSettled(later, view, deadline)) {
          return later;
        }
      }
      if (looks == MAX_LOOKS || deadline.isOver()) {
        break;
      }
      looks++;
      snapshot = look(question, view, deadline, looks);
    }
    return snapshot;
  }

  private List<Probe> probes(Question question, NamespaceView view) {
    return question.probe() && view.refusal().isEmpty()
        ? new BindProbe(calls).probe(question.target(), question.newcomer())
        : List.of();
  }

  /** Whether the sockets for which no process was found are still there. */
  private boolean isSettled(PortSnapshot snapshot, NamespaceView view, Deadline deadline) {
    List<BoundSocket> unseen =
        snapshot.sockets().stream()
            .filter(socket -> socket.inode().isPresent() && snapshot.holdersOf(socket).isEmpty())
            .toList();
    if (unseen.isEmpty()) {
      return true;
    }
    List<BoundSocket> now =
        table(view, deadline)
            .look(snapshot.target().protocol(), snapshot.target().port())
            .sockets();
    return unseen.stream().allMatch(socket -> SocketTable.isIn(now, socket));
  }

  private PortSnapshot look(Question question, NamespaceView view, Deadline deadline, int looks) {
    Port port = question.target().port();
    Protocol protocol = question.target().protocol();
    List<Probe> probes = probes(question, view);
    BindSettings settings = BindSettingsReader.read(proc, view);
    Newcomer newcomer =
        new PrivilegeCheck(calls, proc)
            .complete(located(question.newcomer()), question.target(), probes, settings);
    SocketTable table = table(view, deadline);
    SocketTable.Found found = withBound(table.look(protocol, port), probes, port, deadline);
    List<Gap> gaps = new ArrayList<>(view.gaps(question.target()));
    gaps.addAll(found.gaps());
    List<BoundSocket> udpAlso =
        protocol == Protocol.TCP
            ? table(view, deadline).look(Protocol.UDP, port).sockets()
            : List.of();
    List<BoundSocket> clientSockets = ClientSearch.sockets(table, found.sockets(), port);
    if (found.uncounted() > 0) {
      gaps.add(
          new Gap(
              Gap.Subject.SOCKETS,
              found.uncounted() + " more sockets with this port",
              Reading.Why.TOO_MANY,
              "ss -tan shows them"));
    }
    Set<Inode> wanted = new HashSet<>();
    List.of(found.sockets(), udpAlso, clientSockets)
        .forEach(list -> list.forEach(socket -> socket.inode().ifPresent(wanted::add)));
    HolderSearch.Found holding =
        new HolderSearch(proc, calls.getEffectiveUid() == 0 && !users.isTranslating(), deadline)
            .find(wanted);
    gaps.addAll(holding.gaps());
    Reading<Long> namespace = networkNamespace(view);
    HiddenHolderSearch.Found deeper =
        new HiddenHolderSearch(calls, proc, deadline)
            .look(
                question.target(),
                namespace,
                // Kept out, we would find the kernel's devices of where we are.
                view.refusal().isPresent() ? List.of() : found.sockets(),
                holding);
    gaps.addAll(deeper.gaps());
    Optional<EphemeralUse> use =
        new EphemeralPorts(netlink, proc).use(protocol, port, probes, settings, deadline);
    SupervisionLookup.Complete charged =
        supervisionLookup.complete(
            question.target(),
            probes,
            found.sockets(),
            described(use, holders(holding, deeper, found.sockets(), udpAlso)));
    gaps.addAll(charged.gaps());
    List<Holder> holders = charged.holders();
    List<BoundSocket> sockets = complete(found.sockets(), holders, table, port);
    return new PortSnapshot(
        question.target(),
        newcomer,
        users.uid(calls.getEffectiveUid()),
        new Moment(calls.clockNanos(CLOCK_REALTIME) / 1_000_000),
        namespace,
        probes,
        sockets,
        found.uncounted(),
        udpAlso,
        holders,
        ClientSearch.named(clientSockets, holding, facts),
        settings,
        use,
        gaps,
        charged.hostContext(),
        looks,
        view.namespaceContext(),
        deeper.coverage());
  }

  /** Where nothing was refused, nothing hidden needs to be found. */
  private SocketTable.Found withBound(
      SocketTable.Found found, List<Probe> probes, Port port, Deadline deadline) {
    boolean allowed =
        !probes.isEmpty()
            && probes.stream().allMatch(probe -> probe.result() instanceof Probe.Result.Allowed);
    return found.hidesBound() && !allowed
        ? new BoundUnlistenedSearch(calls, proc, users, devices, deadline).complete(found, port)
        : found;
  }

  /** With the index that its interface has in the network namespace that is looked at. */
  private Newcomer located(Newcomer newcomer) {
    return newcomer
        .device()
        .flatMap(device -> devices.named(device.name().bytes()))
        .map(newcomer::withDevice)
        .orElse(newcomer);
  }

  /** The holders, and the processes that have most of the ephemeral ports. */
  private List<Holder> described(Optional<EphemeralUse> use, List<Holder> holders) {
    if (use.isEmpty()) {
      return holders;
    }
    List<Holder> all = new ArrayList<>(holders);
    for (EphemeralUse.Share share : use.get().most()) {
      facts.read(share.pid().number(), List.of(), List.of()).ifPresent(all::add);
    }
    return all;
  }

  private SocketTable table(NamespaceView view, Deadline deadline) {
    return new SocketTable(netlink, proc, records, deadline, view);
  }

  private List<Holder> holders(
      HolderSearch.Found holding,
      HiddenHolderSearch.Found deeper,
      List<BoundSocket> sockets,
      List<BoundSocket> udpAlso) {
    Set<Inode> held = new HashSet<>();
    List.of(sockets, udpAlso)
        .forEach(list -> list.forEach(socket -> socket.inode().ifPresent(held::add)));
    Set<Integer> pids = new TreeSet<>(holding.byPid().keySet());
    pids.addAll(deeper.byPid().keySet());
    List<Holder> holders = new ArrayList<>();
    for (int pid : pids) {
      List<Holder.OpenSocket> theirs =
          holding.byPid().getOrDefault(pid, List.of()).stream()
              .filter(one -> held.contains(one.inode()))
              .toList();
      List<Holder.Reference> references = deeper.byPid().getOrDefault(pid, List.of());
      if (!theirs.isEmpty() || !references.isEmpty()) {
        facts.read(pid, theirs, references).ifPresent(holders::add);
      }
    }
    return holders;
  }

  private List<BoundSocket> complete(
      List<BoundSocket> sockets, List<Holder> holders, SocketTable table, Port port) {
    boolean outgoing =
        sockets.stream()
            .anyMatch(
                socket -> socket.state() == SocketState.SYN_SENT || socket.initiated().is(true));
    Optional<Set<Long>> auto = outgoing ? Optional.of(table.autoPorts(port)) : Optional.empty();
    HolderOptions options = new HolderOptions(calls);
    return sockets.stream()
        .map(socket -> {
          List<Holder> its = holders.stream().filter(one -> one.holds(socket)).toList();
          BoundSocket complete = options.complete(socket, its);
          return auto.isPresent()
              ? complete.withAutoPort(auto.get().contains(socket.cookie()))
              : complete;
        })
        .toList();
  }

  private Reading<Long> networkNamespace(NamespaceView view) {
    return NamespaceSwitch.networkNamespace(proc, view.file());
  }
}

package inuse.core.ask;

import static inuse.kernel.abi.Constants.CLOCK_REALTIME;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Settings;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.SocketState;
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
import inuse.core.ask.holders.Accounting;
import inuse.core.ask.sockets.BindProbe;
import inuse.core.ask.sockets.BoundSearch;
import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.supervision.Charges;
import inuse.core.ask.sockets.Clients;
import inuse.core.io.Deadline;
import inuse.core.ask.holders.DeeperLook;
import inuse.core.ask.sockets.Devices;
import inuse.core.ask.sockets.EphemeralPorts;
import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderOptions;
import inuse.core.ask.holders.HolderSearch;
import inuse.core.ask.sockets.KernelSettings;
import inuse.core.io.NamespaceDoor;
import inuse.core.ask.namespaces.Namespaces;
import inuse.core.ask.namespaces.OtherNamespaces;
import inuse.core.ask.sockets.Site;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;

/**
 * Asks the kernel everything that a question needs, within {@link Deadline#OF_A_QUESTION}.
 *
 * <p>Probe and table are two looks at a moving thing. Both are taken again, at most {@link
 * #MOST_LOOKS} times, while the caller finds that they do not fit together.
 */
public final class Asker {
  /** How often probe and table are taken. */
  public static final int MOST_LOOKS = 3;

  private final SystemCalls calls;
  private final Proc proc;
  private final NetlinkSocket netlink;
  private final SocketRecords records;
  private final Accounting accounts;
  private final Devices devices;
  private final HolderFacts facts;
  private final Charges charges;

  /**
   * An asker of this machine.
   *
   * @param proc where /proc, /sys and /etc are found
   */
  public Asker(SystemCalls calls, Proc proc) {
    this.calls = calls;
    this.proc = proc;
    netlink = new NetlinkSocket(calls);
    accounts = new Accounting(proc);
    devices = new Devices(calls);
    records = new SocketRecords(accounts, new CgroupNames(calls, proc), devices);
    facts = new HolderFacts(calls, proc, accounts);
    charges = new Charges(calls, proc);
  }

  /** Looks until probe and table agree, or often enough. */
  public Snapshot ask(Question question, Predicate<Snapshot> agrees) {
    Optional<Namespace> there = question.namespace().filter(one -> !one.own());
    if (there.isEmpty()) {
      Snapshot snapshot = settled(question, Site.here(question.namespace()), agrees);
      return question.lookAround() && isFree(snapshot) ? others().around(snapshot) : snapshot;
    }
    NamespaceDoor door = new NamespaceDoor(calls, proc);
    return switch (door.enter(there.get())) {
      case NamespaceDoor.Entry.Refused(var why) ->
          settled(question, Site.outside(there.get(), why), agrees);
      case NamespaceDoor.Entry.Inside inside -> {
        if (inside.home().isEmpty()) {
          accounts.translate();
        }
        Snapshot snapshot;
        boolean back = false;
        try {
          snapshot = settled(question, Site.inside(there.get()), agrees);
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

  private static boolean isFree(Snapshot snapshot) {
    return snapshot.probes().stream().anyMatch(Probe::isAllowed)
        && snapshot.probes().stream().allMatch(one -> one.isAllowed() || one.familyIsMissing());
  }

  private Snapshot settled(Question question, Site site, Predicate<Snapshot> agrees) {
    Deadline deadline = new Deadline(calls, Deadline.OF_A_QUESTION);
    int looks = 1;
    Snapshot snapshot = look(question, site, deadline, looks);
    while (!(agrees.test(snapshot) && isSettled(snapshot, site, deadline))) {
      if (!snapshot.probes().isEmpty()) {
        // The table lies between two binds: what was there for the first may be gone since.
        Snapshot later = snapshot.withProbes(probes(question, site));
        if (agrees.test(later) && isSettled(later, site, deadline)) {
          return later;
        }
      }
      if (looks == MOST_LOOKS || deadline.isOver()) {
        break;
      }
      looks++;
      snapshot = look(question, site, deadline, looks);
    }
    return snapshot;
  }

  private List<Probe> probes(Question question, Site site) {
    return question.probe() && site.refusal().isEmpty()
        ? new BindProbe(calls).probe(question.target(), question.newcomer())
        : List.of();
  }

  /** Whether the sockets for which no process was found are still there. */
  private boolean isSettled(Snapshot snapshot, Site site, Deadline deadline) {
    List<BoundSocket> unseen =
        snapshot.sockets().stream()
            .filter(socket -> socket.inode().isPresent() && snapshot.holdersOf(socket).isEmpty())
            .toList();
    if (unseen.isEmpty()) {
      return true;
    }
    List<BoundSocket> now =
        table(site, deadline)
            .look(snapshot.target().protocol(), snapshot.target().port())
            .sockets();
    return unseen.stream().allMatch(socket -> SocketTable.isIn(now, socket));
  }

  private Snapshot look(Question question, Site site, Deadline deadline, int looks) {
    Port port = question.target().port();
    Protocol protocol = question.target().protocol();
    List<Probe> probes = probes(question, site);
    Settings settings = KernelSettings.read(proc, site);
    Newcomer newcomer =
        new Privileges(calls, proc)
            .complete(located(question.newcomer()), question.target(), probes, settings);
    SocketTable table = table(site, deadline);
    SocketTable.Found found = withBound(table.look(protocol, port), probes, port, deadline);
    List<Gap> gaps = new ArrayList<>(site.gaps(question.target()));
    gaps.addAll(found.gaps());
    List<BoundSocket> udpAlso =
        protocol == Protocol.TCP
            ? table(site, deadline).look(Protocol.UDP, port).sockets()
            : List.of();
    List<BoundSocket> clientSockets = Clients.sockets(table, found.sockets(), port);
    if (found.uncounted() > 0) {
      gaps.add(
          new Gap(
              found.uncounted() + " more sockets with this port",
              Reading.Why.TOO_MANY,
              "ss -tan shows them"));
    }
    Set<Inode> wanted = new HashSet<>();
    List.of(found.sockets(), udpAlso, clientSockets)
        .forEach(list -> list.forEach(socket -> socket.inode().ifPresent(wanted::add)));
    HolderSearch.Found holding =
        new HolderSearch(proc, calls.getEffectiveUid() == 0 && !accounts.isTranslating(), deadline)
            .find(wanted);
    gaps.addAll(holding.gaps());
    Reading<Long> namespace = networkNamespace(site);
    DeeperLook.Seen deeper =
        new DeeperLook(calls, proc, deadline)
            .look(
                question.target(),
                namespace,
                // Kept out, we would find the kernel's devices of where we are.
                site.refusal().isPresent() ? List.of() : found.sockets(),
                holding);
    gaps.addAll(deeper.gaps());
    Optional<EphemeralUse> use =
        new EphemeralPorts(netlink, proc).use(protocol, port, probes, settings, deadline);
    Charges.Complete charged =
        charges.complete(
            question.target(),
            probes,
            found.sockets(),
            described(use, holders(holding, deeper, found.sockets(), udpAlso)));
    gaps.addAll(charged.gaps());
    List<Holder> holders = charged.holders();
    List<BoundSocket> sockets = complete(found.sockets(), holders, table, port);
    return new Snapshot(
        question.target(),
        newcomer,
        accounts.uid(calls.getEffectiveUid()),
        new Moment(calls.clockNanos(CLOCK_REALTIME) / 1_000_000),
        namespace,
        probes,
        sockets,
        found.uncounted(),
        udpAlso,
        holders,
        Clients.named(clientSockets, holding, facts),
        settings,
        use,
        gaps,
        charged.surroundings(),
        looks,
        site.elsewhere(),
        deeper.search());
  }

  /** Where nothing was refused, nothing hidden needs to be found. */
  private SocketTable.Found withBound(
      SocketTable.Found found, List<Probe> probes, Port port, Deadline deadline) {
    boolean allowed =
        !probes.isEmpty()
            && probes.stream().allMatch(probe -> probe.result() instanceof Probe.Result.Allowed);
    return found.hidesBound() && !allowed
        ? new BoundSearch(calls, proc, accounts, devices, deadline).complete(found, port)
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

  private SocketTable table(Site site, Deadline deadline) {
    return new SocketTable(netlink, proc, records, deadline, site);
  }

  private List<Holder> holders(
      HolderSearch.Found holding,
      DeeperLook.Seen deeper,
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

  private Reading<Long> networkNamespace(Site site) {
    return NamespaceDoor.networkNamespace(proc, site.file());
  }
}

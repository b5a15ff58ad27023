package inuse.core.ask;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.HiddenHolderSearch;
import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.ReferenceCount;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.namespaces.Namespaces;
import inuse.core.ask.sockets.BindProbe;
import inuse.core.ask.sockets.BindSettingsReader;
import inuse.core.ask.sockets.BoundUnlistenedSearch;
import inuse.core.ask.sockets.ClientSearch;
import inuse.core.ask.sockets.EphemeralPorts;
import inuse.core.ask.sockets.NamespaceView;
import inuse.core.ask.sockets.SettledTable;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.ask.supervision.SupervisionLookup;
import inuse.core.evidence.BindSettings;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Holders;
import inuse.core.evidence.HostNames;
import inuse.core.evidence.Late;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.evidence.Reading;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks the kernel everything that a question needs, within {@link Host#deadline()}.
 *
 * <p>Probe and table are two looks at a moving thing. Both are taken again, at most {@link
 * #MAX_LOOKS} times, while the caller finds that they do not fit together.
 */
public final class Asker {
  /*
   * The two looks. The probe (a real bind) tells whether the kernel would refuse; the table (sock_diag)
   * tells which sockets are there. Neither is enough, and they cannot be taken in one moment: between
   * them a server may start, end or be replaced. So an answer is given only when both fit together.
   *
   *   look     probe with SO_REUSEADDR, table, a plain probe where the table has others than
   *            listeners (see BindProbe), then who holds what the table shows
   *   agrees   the caller's rule (Explainer.agrees): a refusal has a socket that explains it, and no
   *            socket that must refuse stands beside a success
   *
   *   1. look; if probe and table agree, and every socket for which no process was found is still
   *      there in a fresh table, this is the answer.
   *   2. If not, and there was a probe: probe again, against the same table. The table then lies
   *      between two probes. If the second agrees, the world moved before the table was read, and the
   *      answer is that table with the second probe.
   *   3. If not, everything is looked at again, MAX_LOOKS times at most and within the deadline.
   *   4. The last snapshot is the answer even if it disagrees. It says how many looks were taken, and
   *      the verdict is the probe's, which is what the kernel said.
   *
   * Why sockets without a process are looked up again: holders are searched after the table, and a
   * process that ended in between leaves a socket that nothing seems to hold. In a fresh table it is
   * gone, and what looked like a hidden holder was only the past. A socket that stays is really hidden.
   *
   * The probe binds and never listens, and is closed before anything else is looked at: it must not
   * appear in the table that follows.
   */

  /** Maximum number of looks: each takes the probes and the table. */
  public static final int MAX_LOOKS = 3;

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final NetlinkSocket netlink;
  private final SocketRecords records;
  private final HolderSource search;
  private final UserNames users;
  private final DeviceNames devices;
  private final HolderFacts facts;
  private final HolderReader reader;
  private final SupervisionLookup supervisionLookup;

  /** An asker for this host, with the source of its holders. */
  public Asker(Host host, HolderSource search) {
    this.host = host;
    this.search = search;
    calls = host.calls();
    proc = host.proc();
    netlink = new NetlinkSocket(calls);
    users = new UserNames(proc);
    devices = new DeviceNames(calls);
    records = new SocketRecords(users, new CgroupNames(host), devices);
    facts = new HolderFacts(host, users);
    reader = new HolderReader(calls, facts);
    supervisionLookup = new SupervisionLookup(host);
  }

  /** Looks until probe and table agree, or often enough. */
  public PortSnapshot ask(Question<PortTarget> question, Predicate<PortSnapshot> agrees) {
    Optional<Namespace> there = question.namespace().filter(one -> !one.own());
    if (there.isEmpty()) {
      PortSnapshot snapshot =
          new Looks(question, NamespaceView.here(question.namespace())).settled(agrees);
      return question.lookAround() && isFree(snapshot) ? others().around(snapshot) : snapshot;
    }
    NamespaceSwitch door = new NamespaceSwitch(host);
    return switch (door.enter(there.get())) {
      case NamespaceSwitch.Entry.Refused(var why) ->
          new Looks(question, NamespaceView.outside(there.get(), why)).settled(agrees);
      case NamespaceSwitch.Entry.Inside inside -> {
        if (inside.home().isEmpty()) {
          users.translate();
        }
        PortSnapshot snapshot;
        boolean back = false;
        try {
          snapshot = new Looks(question, NamespaceView.inside(there.get())).settled(agrees);
        } finally {
          back = door.leave(inside);
        }
        yield back && question.lookAround() && isFree(snapshot)
            ? others().atHome(snapshot, new Namespaces(host).own())
            : snapshot;
      }
    };
  }

  private OtherNamespaces others() {
    return new OtherNamespaces(host, search, netlink, records, facts);
  }

  private static boolean isFree(PortSnapshot snapshot) {
    return snapshot.probes().stream().anyMatch(Probe::isAllowed)
        && snapshot.probes().stream().allMatch(one -> one.isAllowed() || one.familyIsMissing());
  }

  /** The looks of one question, in one network namespace and under one deadline. */
  private final class Looks {
    private final Question<PortTarget> question;
    private final Port port;
    private final Protocol protocol;
    private final NamespaceView view;
    private final Deadline deadline = host.deadline();

    Looks(Question<PortTarget> question, NamespaceView view) {
      this.question = question;
      this.view = view;
      port = question.target().port();
      protocol = question.target().protocol();
    }

    PortSnapshot settled(Predicate<PortSnapshot> agrees) {
      int looks = 1;
      PortSnapshot snapshot = look(looks);
      while (!(agrees.test(snapshot) && isSettled(snapshot))) {
        if (!snapshot.probes().isEmpty()) {
          // The table lies between two binds: what refused the first may have gone since.
          PortSnapshot later = snapshot.withProbes(probes(this::settledTable));
          if (agrees.test(later) && isSettled(later)) {
            return later;
          }
        }
        if (looks == MAX_LOOKS || deadline.isOver()) {
          break;
        }
        looks++;
        snapshot = look(looks);
      }
      return snapshot;
    }

    private List<Probe> probes(Supplier<SettledTable> table) {
      return question.probe() && view.refusal().isEmpty()
          ? new BindProbe(calls)
              .probe(question.target(), question.newcomer(), () -> table.get().hasOnlyListeners())
          : List.of();
    }

    private SocketTable.Found found() {
      return table().look(protocol, port);
    }

    private SettledTable settledTable() {
      return question.probe()
          ? SettledTable.of(calls, this::found)
          : new SettledTable(found(), Set.of());
    }

    /** Whether the sockets without a known process still exist. */
    private boolean isSettled(PortSnapshot snapshot) {
      List<BoundSocket> unseen =
          snapshot.sockets().stream()
              .filter(socket -> socket.inode().isPresent() && snapshot.holdersOf(socket).isEmpty())
              .toList();
      if (unseen.isEmpty()) {
        return true;
      }
      List<BoundSocket> now = found().sockets();
      return unseen.stream().allMatch(socket -> SocketTable.isIn(now, socket));
    }

    private PortSnapshot look(int count) {
      // The table is read once, by whoever needs it first: a probe with SO_REUSEADDR comes before
      // it, a plain one after it.
      Late<SettledTable> settled = new Late<>(this::settledTable);
      List<Probe> probes = probes(settled);
      BindSettings settings = BindSettingsReader.read(proc, view);
      Newcomer newcomer =
          new PrivilegeCheck(host)
              .complete(located(question.newcomer()), question.target(), probes, settings);
      SocketTable table = table();
      FoundSockets seen = sockets(settled.get().found(), table, probes);
      List<Gap> gaps = new ArrayList<>(view.gaps(question.target()));
      CrowdSearch.Found crowd =
          new CrowdSearch(host, search, deadline)
              .look(seen, port, asked -> table().look(protocol, port, asked));
      FoundSockets sockets = crowd.sockets();
      HolderSource.Found holding = crowd.holding();
      gaps.addAll(sockets.gaps());
      gaps.addAll(holding.gaps());
      crowd.gap().ifPresent(gaps::add);
      Reading<Long> namespace = NamespaceSwitch.networkNamespace(proc, view.file());
      HiddenHolderSearch.Found deeper = deeper(namespace, sockets.found().sockets(), holding);
      gaps.addAll(deeper.gaps());
      Optional<EphemeralUse> use =
          new EphemeralPorts(netlink, proc, search).use(protocol, port, probes, settings, deadline);
      SupervisionLookup.Complete supervised =
          supervisionLookup.complete(
              question.target(),
              probes,
              sockets.found().sockets(),
              reader.described(use, reader.holders(holding, deeper, sockets, gaps)));
      gaps.addAll(supervised.gaps());
      Holders holders = Holders.of(supervised.holders());
      List<BoundSocket> complete =
          CompleteSockets.of(
              calls, sockets.found().sockets(), holders, () -> table.autoPorts(port));
      List<Client> clients = ClientSearch.named(sockets.clients(), holding, facts);
      return new PortSnapshot(
          new PortSnapshot.Asked(question.target(), newcomer, users.uid(calls.getEffectiveUid())),
          new PortSnapshot.Look(
              host.now(),
              namespace,
              count,
              new ReferenceCount(proc).proof(holding, sockets.found().sockets())),
          probes,
          new PortSnapshot.Table(
              complete, sockets.found().uncounted(), sockets.udpAlso(), clients, crowd.crowd()),
          holders,
          new PortSnapshot.Context(
              settings,
              use,
              supervised.hostContext(),
              view.context(),
              new AddressSearch(host, deadline)
                  .look(question.target(), probes, question.lookAround() && view.asked().isEmpty()),
              names(sockets.found().sockets(), holders),
              newcomer.startup().isPresent() ? reader.launchers(holders) : List.of()),
          deeper.coverage(),
          gaps);
    }

    private HostNames names(List<BoundSocket> sockets, List<Holder> holders) {
      return view.refusal().isPresent()
          ? HostNames.NOT_ASKED
          : new NameSearch(host, supervisionLookup, deadline)
              .look(question.target(), sockets, holders);
    }

    private SocketTable table() {
      return new SocketTable(netlink, proc, records, deadline, view);
    }

    private FoundSockets sockets(SocketTable.Found seen, SocketTable table, List<Probe> probes) {
      SocketTable.Found found = withBound(seen, probes);
      List<BoundSocket> udpAlso =
          protocol == Protocol.TCP ? table().look(Protocol.UDP, port).sockets() : List.of();
      // A crowd's clients would be as many again.
      return new FoundSockets(
          found,
          udpAlso,
          found.rest().isPresent()
              ? List.of()
              : ClientSearch.sockets(table, found.sockets(), port));
    }

    /** Searches for hidden sockets only where a bind was refused. */
    private SocketTable.Found withBound(SocketTable.Found found, List<Probe> probes) {
      boolean allowed =
          !probes.isEmpty()
              && probes.stream().allMatch(probe -> probe.result() instanceof Probe.Result.Allowed);
      return found.hidesBound() && !allowed
          ? new BoundUnlistenedSearch(host, users, devices, deadline).complete(found, port)
          : found;
    }

    private HiddenHolderSearch.Found deeper(
        Reading<Long> namespace, List<BoundSocket> sockets, HolderSource.Found holding) {
      return new HiddenHolderSearch(host, deadline)
          .look(
              question.target(),
              namespace,
              // From outside, the search would list the devices of our own namespace.
              view.refusal().isPresent() ? List.of() : sockets,
              holding);
    }
  }

  /** The newcomer with its interface's index in the network namespace that is asked about. */
  private Newcomer located(Newcomer newcomer) {
    return newcomer
        .device()
        .flatMap(device -> devices.named(device.name().bytes()))
        .map(newcomer::withDevice)
        .orElse(newcomer);
  }
}

package inuse.core.ask;

import static inuse.kernel.abi.Constants.CLOCK_REALTIME;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Settings;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.kernel.Answer;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

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
    Deadline deadline = new Deadline(calls, Deadline.OF_A_QUESTION);
    int looks = 1;
    Snapshot snapshot = look(question, deadline, looks);
    while (looks < MOST_LOOKS
        && !deadline.isOver()
        && !(agrees.test(snapshot) && isSettled(snapshot, deadline))) {
      looks++;
      snapshot = look(question, deadline, looks);
    }
    return snapshot;
  }

  /** Whether the sockets for which no process was found are still there. */
  private boolean isSettled(Snapshot snapshot, Deadline deadline) {
    List<BoundSocket> unseen =
        snapshot.sockets().stream()
            .filter(socket -> socket.inode().isPresent() && snapshot.holdersOf(socket).isEmpty())
            .toList();
    if (unseen.isEmpty()) {
      return true;
    }
    List<BoundSocket> now =
        table(deadline).look(snapshot.target().protocol(), snapshot.target().port()).sockets();
    return unseen.stream().allMatch(socket -> SocketTable.isIn(now, socket));
  }

  private Snapshot look(Question question, Deadline deadline, int looks) {
    Port port = question.target().port();
    Protocol protocol = question.target().protocol();
    List<Probe> probes =
        question.probe()
            ? new BindProbe(calls).probe(question.target(), question.newcomer())
            : List.of();
    Settings settings = settings();
    Newcomer newcomer =
        new Privileges(calls, proc)
            .complete(question.newcomer(), question.target(), probes, settings);
    SocketTable table = table(deadline);
    SocketTable.Found found = withBound(table.look(protocol, port), probes, port, deadline);
    List<Gap> gaps = new ArrayList<>(found.gaps());
    List<BoundSocket> udpAlso =
        protocol == Protocol.TCP ? table(deadline).look(Protocol.UDP, port).sockets() : List.of();
    List<BoundSocket> clientSockets = clients(table, found.sockets(), port);
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
        new HolderSearch(proc, calls.getEffectiveUid() == 0, deadline).find(wanted);
    gaps.addAll(holding.gaps());
    List<Holder> holders = holders(holding, found.sockets(), udpAlso);
    Optional<EphemeralUse> use =
        new EphemeralPorts(netlink, proc).use(protocol, port, probes, settings, deadline);
    holders = described(use, holders);
    Charges.Complete charged =
        charges.complete(question.target(), probes, found.sockets(), holders);
    gaps.addAll(charged.gaps());
    holders = charged.holders();
    List<BoundSocket> sockets = complete(found.sockets(), holders, table, port);
    return new Snapshot(
        question.target(),
        newcomer,
        new Uid(calls.getEffectiveUid()),
        new Moment(calls.clockNanos(CLOCK_REALTIME) / 1_000_000),
        networkNamespace(),
        probes,
        sockets,
        found.uncounted(),
        udpAlso,
        holders,
        clients(clientSockets, holding),
        settings,
        use,
        gaps,
        charged.surroundings(),
        looks);
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

  /** The holders, and the processes that have most of the ephemeral ports. */
  private List<Holder> described(Optional<EphemeralUse> use, List<Holder> holders) {
    if (use.isEmpty()) {
      return holders;
    }
    List<Holder> all = new ArrayList<>(holders);
    for (EphemeralUse.Share share : use.get().most()) {
      facts.read(share.pid().number(), List.of()).ifPresent(all::add);
    }
    return all;
  }

  private SocketTable table(Deadline deadline) {
    return new SocketTable(netlink, proc, records, deadline);
  }

  private List<BoundSocket> clients(SocketTable table, List<BoundSocket> sockets, Port port) {
    Set<Endpoint> peers = new HashSet<>();
    for (BoundSocket socket : sockets) {
      if (socket.state() == SocketState.ESTABLISHED && socket.cookie() != 0) {
        socket.peer().map(SocketRecords::unmapped).ifPresent(peers::add);
      }
    }
    if (peers.isEmpty()) {
      return List.of();
    }
    Set<Endpoint> own = new HashSet<>();
    sockets.forEach(socket -> own.add(SocketRecords.unmapped(socket.local())));
    return table.clients(port, peers).stream()
        .filter(
            client -> client.peer().map(SocketRecords::unmapped).filter(own::contains).isPresent())
        .toList();
  }

  private List<Holder> holders(
      HolderSearch.Found holding, List<BoundSocket> sockets, List<BoundSocket> udpAlso) {
    Set<Inode> held = new HashSet<>();
    List.of(sockets, udpAlso)
        .forEach(list -> list.forEach(socket -> socket.inode().ifPresent(held::add)));
    List<Holder> holders = new ArrayList<>();
    holding
        .byPid()
        .forEach((pid, open) -> {
          List<Holder.OpenSocket> theirs =
              open.stream().filter(one -> held.contains(one.inode())).toList();
          if (!theirs.isEmpty()) {
            facts.read(pid, theirs).ifPresent(holders::add);
          }
        });
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

  private List<Client> clients(List<BoundSocket> sockets, HolderSearch.Found holding) {
    List<Client> clients = new ArrayList<>();
    Map<Integer, BoundSocket> first = new TreeMap<>();
    for (BoundSocket socket : sockets) {
      for (int pid : holding.pids(socket)) {
        first.putIfAbsent(pid, socket);
      }
    }
    first.forEach((pid, socket) ->
        facts.name(pid).ifPresent(one -> clients.add(new Client(socket.local(), List.of(one)))));
    return clients;
  }

  private Reading<Long> networkNamespace() {
    return switch (proc.link("/proc/self/ns/net")) {
      case Answer.Failed<String>(var why) -> Reading.unknown(Whys.of(why.errno()));
      case Answer.Got<String>(String target) -> {
        long inode = ProcessFiles.namespaceInode(target);
        yield inode > 0 ? Reading.known(inode) : Reading.unknown(Reading.Why.UNREADABLE);
      }
    };
  }

  private Settings settings() {
    return new Settings(
        setting("/proc/sys/net/ipv4/ip_unprivileged_port_start", 1)
            .flatMap(
                values -> values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty())
            .<Reading<Port>>map(Reading::known)
            .orElse(Reading.unknown(Reading.Why.UNREADABLE)),
        setting("/proc/sys/net/ipv4/ip_local_port_range", 2)
            .<Reading<Range>>map(
                values -> Reading.known(new Range(values.getFirst(), values.getLast())))
            .orElse(Reading.unknown(Reading.Why.UNREADABLE)));
  }

  /** The ports in one file of /proc/sys, where there are as many as there should be. */
  private Optional<List<Port>> setting(String path, int count) {
    if (!(proc.text(path) instanceof Answer.Got<String>(String text))) {
      return Optional.empty();
    }
    List<Port> ports = new ArrayList<>();
    for (String word : text.trim().split("[ \t]+", -1)) {
      long number = Numeral.decimal(word).orElse(-1);
      if (number < 0 || number > Port.MOST) {
        return Optional.empty();
      }
      ports.add(new Port((int) number));
    }
    return ports.size() == count ? Optional.of(ports) : Optional.empty();
  }
}

package inuse.core.ask;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.HiddenHolderSearch;
import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderOptions;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.SharedFacts;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.namespaces.Namespaces;
import inuse.core.ask.sockets.LocalAddresses;
import inuse.core.ask.sockets.Localhost;
import inuse.core.ask.sockets.NamespaceView;
import inuse.core.ask.sockets.SocketCensus;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.UnixTable;
import inuse.core.ask.supervision.SupervisionLookup;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Extent;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.HostContext;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SearchCoverage;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.UnixSocket;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.SyscallFailed;
import inuse.kernel.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes an {@link Inventory}: one dump of all sockets, one search for all their holders, and one
 * reading of each process, within {@link Host#deadline()}.
 */
public final class Census {
  private final Host host;
  private final HolderSource search;
  private final UserNames users;
  private final CgroupNames cgroups;
  private final HolderFacts facts;
  private final SupervisionLookup supervision;

  /** A census of this host, with the source of its holders. */
  public Census(Host host, HolderSource search) {
    this.host = host;
    this.search = search;
    users = new UserNames(host.proc());
    cgroups = new CgroupNames(host);
    facts = new HolderFacts(host, users);
    supervision = new SupervisionLookup(host);
  }

  /** Looks once. */
  public Inventory look(Extent extent) {
    Look look = new Look(extent);
    Namespaces namespaces = new Namespaces(host);
    look.space(namespaces.own(), NamespaceView.HERE);
    List<Namespace> others = extent.everywhere() ? namespaces.all() : List.of();
    others.stream().filter(one -> !one.own()).forEach(look::enter);
    return look.inventory(extent.everywhere() ? 0 : namespaces.others());
  }

  /** A namespace with its sockets. */
  private record Seen(
      Namespace where,
      Inventory.Bound bound,
      List<UnixSocket> unixSockets,
      Reading<List<LocalAddress>> addresses,
      Reading<Range> ephemeral) {}

  private final class Look {
    private final Extent extent;
    private final Deadline deadline = host.deadline();
    private final List<Seen> spaces = new ArrayList<>();

    /** What the kernel does not tell it tells in no namespace: that is one gap. */
    private final Set<Gap> gaps = new LinkedHashSet<>();

    Look(Extent extent) {
      this.extent = extent;
    }

    /** Looks into another namespace; from outside, where it may not be entered. */
    void enter(Namespace there) {
      NamespaceSwitch door = new NamespaceSwitch(host);
      var _ =
          switch (door.within(there.path(), () -> space(there, NamespaceView.inside(there)))) {
            case CallResult.Ok<Boolean>(Boolean done) -> done;
            case CallResult.Failed<Boolean>(SyscallFailed why) -> {
              gaps.add(
                  new Gap(
                      Gap.Subject.NAMESPACES,
                      "network namespace " + there.path(),
                      Readings.of(why.errno()),
                      "run as root"));
              yield space(there, NamespaceView.outside(there, why));
            }
          };
    }

    boolean space(Namespace where, NamespaceView view) {
      // Interfaces have other numbers in other namespaces.
      SocketRecords records = new SocketRecords(users, cgroups, new DeviceNames(host.calls()));
      SocketCensus census = new SocketCensus(host, records, deadline, view, extent.connections());
      Inventory.Bound bound = census.look();
      gaps.addAll(census.gaps());
      List<UnixSocket> named = List.of();
      if (extent.unixSockets() && view.refusal().isEmpty()) {
        UnixTable table =
            new UnixTable(new NetlinkSocket(host.calls()), host.proc(), users, deadline);
        named = table.servers();
        gaps.addAll(table.gaps());
      }
      Reading<List<LocalAddress>> addresses =
          view.refusal().isEmpty()
              ? new LocalAddresses(host.calls(), deadline).read()
              : Reading.unknown(Reading.Why.DENIED);
      return spaces.add(new Seen(where, bound, named, addresses, census.ephemeral()));
    }

    Inventory inventory(int others) {
      List<BoundSocket> sockets = new ArrayList<>();
      for (Seen seen : spaces) {
        sockets.addAll(seen.bound().sockets());
      }
      // Twice as large as they are full, so that they do not grow.
      Set<Inode> wanted = new HashSet<>(2 * sockets.size());
      for (Seen seen : spaces) {
        seen.unixSockets().forEach(one -> one.inode().ifPresent(wanted::add));
      }
      sockets.forEach(one -> one.inode().ifPresent(wanted::add));
      HolderSource.Found holding = search.find(wanted, deadline);
      gaps.addAll(holding.gaps());
      HiddenHolderSearch hidden = new HiddenHolderSearch(host, deadline);
      HiddenHolderSearch.Survey deeper =
          hidden.survey(spaces.getFirst().where().inode(), sockets, holding);
      gaps.addAll(deeper.gaps());
      SupervisionLookup.Survey supervised =
          supervision.survey(byPort(sockets), described(holding, deeper));
      gaps.addAll(supervised.gaps());
      Map<Inode, List<Holder>> byInode = byInode(supervised.holders());
      List<Inventory.Space> told = new ArrayList<>();
      try (HolderOptions options = new HolderOptions(host.calls(), HolderOptions.MAX_OF_CENSUS)) {
        for (Seen seen : spaces) {
          told.add(
              new Inventory.Space(
                  seen.where(),
                  complete(seen.bound(), byInode, options),
                  seen.unixSockets(),
                  seen.addresses(),
                  seen.ephemeral(),
                  contexts(seen, deeper, hidden, supervised.contexts())));
        }
      }
      WorkplaceSearch workplaces = new WorkplaceSearch(host);
      return new Inventory(
          host.now(),
          users.uid(host.calls().getEffectiveUid()),
          told,
          supervised.holders(),
          workplaces.of(supervised.holders()),
          workplaces.own(),
          Localhost.of(host),
          others,
          new ArrayList<>(gaps));
    }

    private List<Holder> described(HolderSource.Found holding, HiddenHolderSearch.Survey deeper) {
      SharedFacts shared = new SharedFacts();
      Set<Pid> pids = new TreeSet<>(holding.byPid().keySet());
      pids.addAll(deeper.byPid().keySet());
      List<Holder> holders = new ArrayList<>();
      for (Pid pid : pids) {
        facts
            .read(
                pid,
                holding.byPid().getOrDefault(pid, List.of()),
                deeper.byPid().getOrDefault(pid, List.of()),
                shared)
            .ifPresent(holders::add);
      }
      shared.leftOut().ifPresent(gaps::add);
      return holders;
    }

    private Map<PortTarget, Inventory.Context> contexts(
        Seen seen,
        HiddenHolderSearch.Survey deeper,
        HiddenHolderSearch hidden,
        Map<PortTarget, HostContext> hosts) {
      Set<Inode> unfound = inodes(deeper.unfound());
      Set<Inode> left = inodes(deeper.left());
      Set<PortTarget> told = new HashSet<>(hosts.keySet());
      deeper.unfound().forEach(one -> told.add(PortTarget.of(one)));
      List<BoundSocket> theirs =
          told.isEmpty()
              ? List.of()
              : seen.bound().sockets().stream()
                  .filter(one -> told.contains(PortTarget.of(one)))
                  .toList();
      Map<PortTarget, Inventory.Context> contexts = new LinkedHashMap<>();
      byPort(theirs)
          .forEach((target, sockets) -> {
            boolean covered =
                sockets.stream()
                    .noneMatch(one -> one.inode().filter(unfound::contains).isPresent());
            SearchCoverage coverage =
                covered
                    ? SearchCoverage.NOT_NEEDED
                    : hidden.coverage(
                        deeper,
                        target,
                        sockets.stream()
                            .filter(one -> one.inode().filter(left::contains).isPresent())
                            .toList());
            HostContext around = hosts.getOrDefault(target, HostContext.NONE);
            if (!covered || !around.equals(HostContext.NONE)) {
              contexts.put(target, new Inventory.Context(around, coverage));
            }
          });
      return contexts;
    }
  }

  private static Set<Inode> inodes(List<BoundSocket> sockets) {
    Set<Inode> inodes = new HashSet<>();
    sockets.forEach(one -> one.inode().ifPresent(inodes::add));
    return inodes;
  }

  private static Map<PortTarget, List<BoundSocket>> byPort(List<BoundSocket> sockets) {
    Map<PortTarget, List<BoundSocket>> ports = new LinkedHashMap<>(2 * sockets.size());
    sockets.forEach(
        one -> ports.computeIfAbsent(PortTarget.of(one), any -> new ArrayList<>(1)).add(one));
    return ports;
  }

  private static Map<Inode, List<Holder>> byInode(List<Holder> holders) {
    Map<Inode, List<Holder>> byInode = new HashMap<>();
    for (Holder holder : holders) {
      for (Holder.OpenSocket open : holder.sockets()) {
        byInode.computeIfAbsent(open.inode(), any -> new ArrayList<>()).add(holder);
      }
    }
    return byInode;
  }

  /**
   * The sockets with their options: first of those of which they decide who else may bind, and one
   * process after the other.
   */
  private static Inventory.Bound complete(
      Inventory.Bound bound, Map<Inode, List<Holder>> byInode, HolderOptions options) {
    List<BoundSocket> complete = new ArrayList<>(bound.sockets());
    for (boolean listening : new boolean[] {false, true}) {
      Map<Pid, List<Integer>> places = new LinkedHashMap<>();
      for (int i = 0; i < complete.size(); i++) {
        BoundSocket socket = complete.get(i);
        if ((socket.state() == SocketState.LISTEN) == listening) {
          List<Holder> holders = holders(socket, byInode);
          if (holders.isEmpty()) {
            complete.set(i, options.complete(socket, holders));
          } else {
            places.computeIfAbsent(holders.getFirst().pid(), any -> new ArrayList<>()).add(i);
          }
        }
      }
      for (List<Integer> its : places.values()) {
        for (int i : its) {
          BoundSocket socket = complete.get(i);
          complete.set(i, options.complete(socket, holders(socket, byInode)));
        }
      }
    }
    return new Inventory.Bound(
        complete, bound.remains(), bound.traffic(), bound.outgoing(), bound.uncounted());
  }

  private static List<Holder> holders(BoundSocket socket, Map<Inode, List<Holder>> byInode) {
    List<Holder> holders = socket.inode().isEmpty() ? null : byInode.get(socket.inode().get());
    return holders == null ? List.of() : holders;
  }
}

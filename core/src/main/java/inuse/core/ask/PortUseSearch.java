package inuse.core.ask;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_LISTEN;
import static inuse.kernel.abi.Constants.TCP_TIME_WAIT;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inode;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortUse;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.io.Addresses;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.Readings;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts what the ports of our network namespace are used for. Sockets are counted as the dump
 * streams in; only servers are kept.
 */
public final class PortUseSearch {
  /** Destinations that are reported. */
  private static final int MAX_DESTINATIONS = 5;

  /**
   * Destinations that are counted separately: a host may have connections to any number of them.
   */
  private static final int MAX_COUNTED = 20_000;

  private static final int MAX_SERVERS = 1000;
  private static final int CONNECTED =
      ((1 << TCP_BOUND_INACTIVE) - 2) & ~(1 << TCP_LISTEN) & ~(1 << TCP_CLOSE);
  private static final int[] FAMILIES = {AF_INET, AF_INET6};

  private final Host host;
  private final HolderSource search;
  private final SystemCalls calls;
  private final Proc proc;
  private final NetlinkSocket netlink;
  private final Deadline deadline;
  private final List<Gap> gaps = new ArrayList<>();
  private final boolean[] served = new boolean[Port.MAX + 1];

  /** A search whose deadline starts now. */
  public PortUseSearch(Host host, HolderSource search) {
    this.search = search;
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    netlink = new NetlinkSocket(calls);
    deadline = host.deadline();
  }

  /** Counts; without a range, no port is ephemeral. */
  public PortUse look(Optional<Range> range) {
    List<Found> servers = new ArrayList<>();
    servers.addAll(servers(Protocol.TCP, IPPROTO_TCP, 1 << TCP_LISTEN));
    servers.addAll(servers(Protocol.UDP, IPPROTO_UDP, 1 << TCP_CLOSE));
    Count count = new Count(range);
    for (int family : FAMILIES) {
      Count one = new Count(range);
      dump(family, IPPROTO_TCP, CONNECTED, InetDiag.Filter.HEADER, one);
      count.add(one);
    }
    List<Found> inside =
        servers.stream()
            .filter(one -> range.filter(all -> all.contains(one.local().port())).isPresent())
            .toList();
    Set<Port> ports = new HashSet<>();
    servers.forEach(one -> ports.add(one.local().port()));
    int taken = 0;
    for (boolean one : count.taken) {
      taken += one ? 1 : 0;
    }
    return new PortUse(
        count.timeWait,
        taken,
        count.busiest(),
        named(inside),
        ports.stream().sorted((one, other) -> one.number() - other.number()).toList(),
        gaps);
  }

  private record Found(Protocol protocol, Endpoint local, long inode) {}

  /**
   * Servers whose port was asked for by bind(2), without those that the kernel says it chose
   * itself.
   */
  private List<Found> servers(Protocol protocol, int transport, int states) {
    Set<Long> chosen = new HashSet<>();
    Set<Long> seen = new HashSet<>();
    List<Found> found = new ArrayList<>();
    for (int family : FAMILIES) {
      dump(
          family,
          transport,
          states,
          InetDiag.Filter.AUTO_PORT,
          socket -> {
            chosen.add(socket.cookie());
            return false;
          });
      dump(
          family,
          transport,
          states,
          InetDiag.Filter.HEADER,
          socket -> {
            if (protocol == Protocol.TCP) {
              served[socket.sourcePort()] = true;
            }
            if (socket.sourcePort() != 0
                && !chosen.contains(socket.cookie())
                && found.size() < MAX_SERVERS
                && seen.add(socket.cookie())) {
              found.add(
                  new Found(
                      protocol,
                      Addresses.endpoint(family == AF_INET6, socket.source(), socket.sourcePort()),
                      socket.inode()));
            }
            return false;
          });
    }
    return found;
  }

  private List<PortUse.Server> named(List<Found> servers) {
    Set<Inode> inodes = new HashSet<>();
    servers.stream()
        .filter(one -> one.inode() != 0)
        .forEach(one -> inodes.add(new Inode(one.inode())));
    Map<Long, Pid> holders = new HashMap<>();
    HolderSource.Found found = search.find(inodes, deadline);
    gaps.addAll(found.gaps());
    found
        .byPid()
        .forEach(
            (pid, open) -> open.forEach(one -> holders.putIfAbsent(one.inode().number(), pid)));
    HolderFacts facts = new HolderFacts(host, new UserNames(proc));
    return servers.stream()
        .map(one -> {
          Pid pid = holders.get(one.inode());
          Optional<Ancestor> holder = pid == null ? Optional.empty() : facts.name(pid);
          return new PortUse.Server(one.protocol(), one.local(), holder);
        })
        .sorted((one, other) -> one.local().port().number() - other.local().port().number())
        .toList();
  }

  private void dump(
      int family,
      int protocol,
      int states,
      InetDiag.Filter filter,
      NetlinkSocket.Filter<InetDiag.Socket> each) {
    DumpEnd end =
        netlink
            .dump(
                SOCK_DIAG_BY_FAMILY,
                new InetDiag.Query(family, protocol, states, 0, 0, filter).encode(),
                InetDiag::decode,
                each,
                deadline.soonerNanos(Deadline.OF_A_DUMP))
            .end();
    String what =
        (protocol == IPPROTO_TCP ? "sockets of tcp" : "sockets of udp")
            + (family == AF_INET ? " over IPv4" : " over IPv6");
    switch (end) {
      case DumpEnd.Whole whole -> {}
      case DumpEnd.Refused(var why) -> tell(what, Readings.of(why.errno()), "run as root");
      case DumpEnd.Torn torn -> tell("some " + what, Reading.Why.UNREADABLE, "ask again");
    }
  }

  private void tell(String what, Reading.Why why, String remedy) {
    if (gaps.stream().noneMatch(one -> one.what().equals(what))) {
      gaps.add(new Gap(Gap.Subject.SOCKETS, what, why, remedy));
    }
  }

  /** The two ends of connections. */
  private record Pair(IpAddress local, Endpoint peer) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int order = local.compareTo(other.local);
      return order != 0 ? order : peer.compareTo(other.peer);
    }
  }

  /**
   * Counts connections and keeps none. Connections that a server accepted take no port of the
   * range.
   */
  private final class Count implements NetlinkSocket.Filter<InetDiag.Socket> {
    private final Optional<Range> range;
    private final boolean[] taken = new boolean[Port.MAX + 1];

    /** Not hashed: others choose the keys. */
    private final Map<Pair, int[]> byPair = new TreeMap<>();

    private int timeWait;

    Count(Optional<Range> range) {
      this.range = range;
    }

    /** Resets the counts: a dump may be requested again. */
    @Override
    public void begin() {
      timeWait = 0;
      Arrays.fill(taken, false);
      byPair.clear();
    }

    void add(Count more) {
      timeWait += more.timeWait;
      for (int port = 0; port < taken.length; port++) {
        taken[port] |= more.taken[port];
      }
      more.byPair.forEach((pair, count) -> {
        int[] sum = byPair.computeIfAbsent(pair, one -> new int[2]);
        sum[0] += count[0];
        sum[1] += count[1];
      });
    }

    @Override
    public boolean keeps(InetDiag.Socket socket) {
      boolean waits = socket.timer() == InetDiag.TIMER_TIME_WAIT;
      timeWait += waits ? 1 : 0;
      Port port = new Port(socket.sourcePort());
      if (range.filter(all -> all.contains(port)).isEmpty() || served[port.number()]) {
        return false;
      }
      taken[port.number()] = true;
      boolean v6 = socket.family() == AF_INET6;
      Pair pair =
          new Pair(
              Addresses.endpoint(v6, socket.source(), port.number()).address().unmapped(),
              SocketRecords.unmapped(
                  Addresses.endpoint(v6, socket.destination(), socket.destinationPort())));
      int[] count = byPair.get(pair);
      if (count == null && byPair.size() < MAX_COUNTED) {
        count = new int[2];
        byPair.put(pair, count);
      }
      if (count != null) {
        count[0]++;
        count[1] += waits || socket.state() == TCP_TIME_WAIT ? 1 : 0;
      }
      return false;
    }

    List<PortUse.Destination> busiest() {
      Set<PortUse.Destination> all =
          new TreeSet<>((one, other) -> {
            int more = other.ports() - one.ports();
            return more != 0
                ? more
                : (one.local() + " " + one.peer()).compareTo(other.local() + " " + other.peer());
          });
      byPair.forEach((pair, count) ->
          all.add(new PortUse.Destination(pair.local(), pair.peer(), count[0], count[1])));
      return all.stream().limit(MAX_DESTINATIONS).toList();
    }
  }
}

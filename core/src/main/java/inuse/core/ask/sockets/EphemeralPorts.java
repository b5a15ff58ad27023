package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.SOCK_DIAG_BY_FAMILY;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;

import inuse.core.ask.holders.HolderSource;
import inuse.core.evidence.BindSettings;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.EphemeralUse;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Port;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.io.Addresses;
import inuse.core.io.Deadline;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who uses the ephemeral ports, where a bind to port 0 was refused. Sockets are counted as the dump
 * streams in, and none is kept.
 */
public final class EphemeralPorts {
  /** Processes that are named. */
  private static final int MAX_NAMED = 3;

  /** Far ends that are told apart; a client that has all ports of one is soon among them. */
  private static final int MAX_PEERS = 4096;

  private static final int EVERY_STATE = (1 << (TCP_BOUND_INACTIVE + 1)) - 2;

  private final NetlinkSocket netlink;
  private final Proc proc;
  private final HolderSource search;
  private final Map<SocketState, Integer> sockets = new EnumMap<>(SocketState.class);
  private final Set<Inode> inodes = new HashSet<>();

  /** Not hashed: others choose the keys. */
  private final Map<Endpoint, Integer> peers = new TreeMap<>();

  public EphemeralPorts(NetlinkSocket netlink, Proc proc, HolderSource search) {
    this.search = search;
    this.netlink = netlink;
    this.proc = proc;
  }

  /** Counts if any port was asked for and the kernel had none. */
  public Optional<EphemeralUse> use(
      Protocol protocol, Port port, List<Probe> probes, BindSettings settings, Deadline deadline) {
    boolean refused = probes.stream().anyMatch(one -> one.failedWith(ErrnoName.EADDRINUSE));
    if (!port.isAny()
        || !refused
        || !(settings.ephemeral() instanceof Reading.Known<Range>(Range range))) {
      return Optional.empty();
    }
    int transport =
        switch (protocol) {
          case TCP -> IPPROTO_TCP;
          case UDP -> IPPROTO_UDP;
        };
    boolean[] taken = new boolean[Port.MAX + 1];
    for (int family : new int[] {AF_INET, AF_INET6}) {
      Count count = new Count(family, range, taken);
      netlink.dump(
          SOCK_DIAG_BY_FAMILY,
          new InetDiag.Query(family, transport, EVERY_STATE, 0, 0, InetDiag.Filter.HEADER).encode(),
          InetDiag::decode,
          count,
          deadline.soonerNanos(Deadline.OF_A_DUMP));
      count.states.forEach((state, number) -> sockets.merge(state, number, Integer::sum));
    }
    int ports = 0;
    for (boolean one : taken) {
      ports += one ? 1 : 0;
    }
    return Optional.of(
        new EphemeralUse(
            BindSettingsReader.reserved(proc).within(range),
            ports,
            sockets,
            most(deadline),
            busiest()));
  }

  /** Counts the sockets of the range and keeps none. */
  private final class Count implements NetlinkSocket.Filter<InetDiag.Socket> {
    private final int family;
    private final Range range;
    private final boolean[] taken;
    private final Map<SocketState, Integer> states = new EnumMap<>(SocketState.class);

    Count(int family, Range range, boolean[] taken) {
      this.family = family;
      this.range = range;
      this.taken = taken;
    }

    @Override
    public void begin() {
      states.clear();
    }

    @Override
    public boolean keeps(InetDiag.Socket socket) {
      if (range.contains(new Port(socket.sourcePort()))) {
        taken[socket.sourcePort()] = true;
        states.merge(SocketRecords.state(socket.state()), 1, Integer::sum);
        if (socket.destinationPort() != 0) {
          count(
              Addresses.endpoint(
                  family == AF_INET6, socket.destination(), socket.destinationPort()));
        }
        if (socket.inode() != 0) {
          inodes.add(new Inode(socket.inode()));
        }
      }
      return false;
    }
  }

  private void count(Endpoint peer) {
    if (peers.size() < MAX_PEERS || peers.containsKey(peer)) {
      peers.merge(peer, 1, Integer::sum);
    }
  }

  private Optional<EphemeralUse.Destination> busiest() {
    Optional<EphemeralUse.Destination> most = Optional.empty();
    for (Map.Entry<Endpoint, Integer> one : peers.entrySet()) {
      if (most.isEmpty() || one.getValue() > most.get().count()) {
        most = Optional.of(new EphemeralUse.Destination(one.getKey(), one.getValue()));
      }
    }
    return most;
  }

  private List<EphemeralUse.Share> most(Deadline deadline) {
    List<EphemeralUse.Share> shares = new ArrayList<>();
    search
        .find(inodes, deadline)
        .byPid()
        .forEach((pid, open) ->
            shares.add(
                new EphemeralUse.Share(
                    pid, (int) open.stream().map(Holder.OpenSocket::inode).count())));
    shares.sort((one, other) -> other.count() - one.count());
    return shares.subList(0, Math.min(shares.size(), MAX_NAMED));
  }
}

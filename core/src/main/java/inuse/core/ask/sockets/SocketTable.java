package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.AF_UNSPEC;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_ESTABLISHED;
import static inuse.kernel.abi.Constants.TCP_LISTEN;

import inuse.core.ask.holders.InodeTable;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.io.Deadline;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.SyscallFailed;
import inuse.kernel.netlink.DumpEnd;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.NetTcp;
import inuse.kernel.proc.OsRelease;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Unparsable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The sockets that have a port: by sock_diag(7), the cheapest question first, or by /proc/net where
 * the kernel has no sock_diag.
 */
public final class SocketTable {
  private static final int[] FAMILIES = {AF_INET, AF_INET6};
  private static final int LISTENING = 1 << TCP_LISTEN;
  private static final int BOUND = 1 << TCP_BOUND_INACTIVE;
  private static final int OTHERS = ((1 << TCP_BOUND_INACTIVE) - 1) & ~LISTENING;
  private static final int EVERY_UDP = (1 << TCP_CLOSE) | (1 << TCP_ESTABLISHED);

  private final NetlinkSocket netlink;
  private final Proc proc;
  private final SocketRecords records;
  private final Deadline deadline;
  private final List<BoundSocket> sockets = new ArrayList<>();
  private final Set<Long> cookies = new HashSet<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final NamespaceView view;
  private int uncounted;
  private boolean hidesBound;
  private Optional<Rest> rest = Optional.empty();

  public SocketTable(NetlinkSocket netlink, Proc proc, SocketRecords records, Deadline deadline) {
    this(netlink, proc, records, deadline, NamespaceView.HERE);
  }

  public SocketTable(
      NetlinkSocket netlink,
      Proc proc,
      SocketRecords records,
      Deadline deadline,
      NamespaceView view) {
    this.view = view;
    this.netlink = netlink;
    this.proc = proc;
    this.records = records;
    this.deadline = deadline;
  }

  /**
   * What was found.
   *
   * @param hidesBound whether the table lacks sockets that are bound without listening
   * @param rest the connections of a busy port that are not among the sockets
   */
  public record Found(
      List<BoundSocket> sockets,
      int uncounted,
      List<Gap> gaps,
      boolean hidesBound,
      Optional<Rest> rest) {

    /** What was found of a port that is not busy. */
    public Found(List<BoundSocket> sockets, int uncounted, List<Gap> gaps, boolean hidesBound) {
      this(sockets, uncounted, gaps, hidesBound, Optional.empty());
    }

    /** Whether there is no such socket that was not seen. */
    boolean isWhole() {
      return uncounted == 0 && gaps.isEmpty() && !hidesBound;
    }

    /**
     * Whether no other socket than that one listens there or could: certain, since all of them are
     * seen.
     */
    public boolean isServedByNone(Inode except) {
      return isWhole()
          && sockets.stream()
              .filter(one -> !one.inode().equals(Optional.of(except)))
              .noneMatch(
                  one -> one.state() == SocketState.LISTEN || one.state() == SocketState.BOUND);
    }
  }

  /** Connections that are counted. */
  public record Rest(List<Crowd.Kind> kinds, InodeTable inodes) {}

  /** All sockets of a protocol with that local port. */
  public Found look(Protocol protocol, Port port) {
    return look(protocol, port, Set.of());
  }

  /**
   * The same.
   *
   * @param asked inodes of connections that are told, however many there are
   */
  public Found look(Protocol protocol, Port port, Set<Long> asked) {
    if (port.isAny()) {
      return new Found(List.of(), 0, List.of(), false);
    }
    switch (protocol) {
      case TCP -> lookTcp(port, asked);
      case UDP -> {
        for (int family : FAMILIES) {
          Optional<SyscallFailed> refusal =
              add(Protocol.UDP, query(family, IPPROTO_UDP, EVERY_UDP, port));
          refusal.ifPresent(why -> readProcNet(Protocol.UDP, family, port, why));
        }
      }
    }
    sockets.sort((one, other) -> one.state().compareTo(other.state()));
    return new Found(List.copyOf(sockets), uncounted, List.copyOf(gaps), hidesBound, rest);
  }

  /** The listeners; for UDP, all sockets. */
  public List<BoundSocket> listeners(Protocol protocol, Port port) {
    for (int family : FAMILIES) {
      var _ =
          switch (protocol) {
            case TCP -> add(protocol, query(family, IPPROTO_TCP, LISTENING, port));
            case UDP -> add(protocol, query(family, IPPROTO_UDP, EVERY_UDP, port));
          };
    }
    return List.copyOf(sockets);
  }

  /** The established TCP connections of the namespace, as far as there is room. */
  public List<BoundSocket> connections() {
    List<BoundSocket> found = new ArrayList<>();
    InetDiag.Query query = query(AF_UNSPEC, IPPROTO_TCP, 1 << TCP_ESTABLISHED, new Port(0));
    dump(query).records().forEach(one -> found.add(records.socket(Protocol.TCP, one)));
    return found;
  }

  /** One dump for all: to dump the bound ones the kernel walks the other tables in any case. */
  private void lookTcp(Port port, Set<Long> asked) {
    InetDiag.Query query =
        new InetDiag.Query(
            AF_UNSPEC,
            IPPROTO_TCP,
            LISTENING | OTHERS | BOUND,
            port.number(),
            0,
            InetDiag.Filter.PROGRAM);
    Gathering gathering = new Gathering(query, PortSnapshot.MAX_SOCKETS - sockets.size(), asked);
    DumpEnd end = gathered(query, gathering);
    gathering.kept().forEach(one -> add(Protocol.TCP, one));
    rest = gathering.rest(records);
    Optional<SyscallFailed> refusal = SocketGaps.refusal(Protocol.TCP, end, gaps);
    hidesBound = refusal.isPresent() || OsRelease.read(proc).isBefore(6, 8);
    if (refusal.isPresent()) {
      for (int family : FAMILIES) {
        readProcNet(Protocol.TCP, family, port, refusal.get());
      }
    }
  }

  /** The cookies of connections whose port the kernel chose, or a listener handed down. */
  public Set<Long> autoPorts(Port port) {
    Set<Long> cookies = new HashSet<>();
    NetlinkSocket.Dump<InetDiag.Socket> dump =
        dump(
            new InetDiag.Query(
                AF_UNSPEC, IPPROTO_TCP, OTHERS, port.number(), 0, InetDiag.Filter.AUTO_PORT));
    dump.records().forEach(socket -> cookies.add(socket.cookie()));
    return cookies;
  }

  /** The sockets at the other end of these connections, if in this namespace. */
  List<BoundSocket> clients(Port port, Set<Endpoint> peers) {
    List<BoundSocket> clients = new ArrayList<>();
    InetDiag.Query query =
        new InetDiag.Query(
            AF_UNSPEC, IPPROTO_TCP, OTHERS, 0, port.number(), InetDiag.Filter.HEADER);
    for (InetDiag.Socket socket : dump(query).records()) {
      BoundSocket client = records.socket(Protocol.TCP, socket);
      if (peers.contains(SocketRecords.unmapped(client.local()))) {
        clients.add(client);
      }
    }
    return clients;
  }

  private static InetDiag.Query query(int family, int protocol, int states, Port port) {
    return new InetDiag.Query(family, protocol, states, port.number(), 0, InetDiag.Filter.HEADER);
  }

  private NetlinkSocket.Dump<InetDiag.Socket> dump(InetDiag.Query query) {
    if (view.refusal().isPresent()) {
      return new NetlinkSocket.Dump<>(List.of(), new DumpEnd.Refused(view.refusal().get()));
    }
    Room room = new Room(query, PortSnapshot.MAX_SOCKETS - sockets.size());
    NetlinkSocket.Dump<InetDiag.Socket> dump =
        netlink.dump(
            query.type(),
            query.encode(),
            InetDiag::decode,
            room,
            deadline.soonerNanos(Deadline.OF_A_DUMP));
    uncounted += room.tooMany;
    return dump;
  }

  private DumpEnd gathered(InetDiag.Query query, Gathering gathering) {
    return view.refusal().isPresent()
        ? new DumpEnd.Refused(view.refusal().get())
        : netlink
            .dump(
                query.type(),
                query.encode(),
                gathering,
                gathering,
                deadline.soonerNanos(Deadline.OF_A_DUMP))
            .end();
  }

  /** Keeps the matching sockets while there is room, and counts the rest. */
  private static final class Room implements NetlinkSocket.Filter<InetDiag.Socket> {
    private final InetDiag.Query query;
    private final int most;
    private int kept;
    private int tooMany;

    Room(InetDiag.Query query, int most) {
      this.query = query;
      this.most = most;
    }

    @Override
    public void begin() {
      kept = 0;
      tooMany = 0;
    }

    @Override
    public boolean keeps(InetDiag.Socket candidate) {
      if (!query.matches(candidate)) {
        return false;
      }
      if (kept == most) {
        tooMany++;
        return false;
      }
      kept++;
      return true;
    }
  }

  private Optional<SyscallFailed> add(Protocol protocol, InetDiag.Query query) {
    NetlinkSocket.Dump<InetDiag.Socket> dump = dump(query);
    dump.records().forEach(socket -> add(protocol, socket));
    return SocketGaps.refusal(protocol, dump.end(), gaps);
  }

  private void add(Protocol protocol, InetDiag.Socket socket) {
    BoundSocket record = records.socket(protocol, socket);
    if (!cookies.add(record.cookie())) {
      sockets.removeIf(other -> other.cookie() == record.cookie());
    }
    sockets.add(record);
  }

  private void readProcNet(Protocol protocol, int family, Port port, SyscallFailed why) {
    if (view.tables().isEmpty()) {
      return;
    }
    boolean v6 = family == AF_INET6;
    String path = view.tables().get() + protocol.word() + (v6 ? "6" : "");
    gaps.add(SocketGaps.instead(protocol, v6, path, why));
    try {
      switch (proc.lines(path, lines -> addFrom(lines, protocol, port))) {
        case CallResult.Failed<Boolean>(var failure) ->
            gaps.add(
                new Gap(Gap.Subject.SOCKETS, path, Readings.of(failure.errno()), "mount /proc"));
        case CallResult.Ok<Boolean>(Boolean all) when !all ->
            gaps.add(
                new Gap(
                    Gap.Subject.SOCKETS,
                    "the rest of " + path,
                    Reading.Why.TIMED_OUT,
                    "ask again"));
        case CallResult.Ok<Boolean> all -> {}
      }
    } catch (Unparsable broken) {
      gaps.add(new Gap(Gap.Subject.SOCKETS, path, Reading.Why.UNREADABLE, "please report it"));
    }
  }

  /** Adds the sockets of some lines; false where the time is over. */
  private boolean addFrom(String lines, Protocol protocol, Port port) {
    for (NetTcp line : NetTcp.parse(lines, port.number())) {
      if (sockets.size() < PortSnapshot.MAX_SOCKETS) {
        sockets.add(records.socket(protocol, line));
      } else {
        uncounted++;
      }
    }
    return !deadline.isOver();
  }

  /** Whether the socket still exists, in any state. */
  public static boolean isIn(List<BoundSocket> later, BoundSocket socket) {
    return later.stream().anyMatch(other -> other.inode().equals(socket.inode()));
  }
}

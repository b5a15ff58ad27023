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

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Range;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.io.Addresses;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.SyscallFailed;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.NetTcp;
import inuse.kernel.proc.OsRelease;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.Unparsable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All sockets of one network namespace that have a port. Connections are counted as the dump
 * streams in, but for those that hold a port which a server could want.
 */
public final class SocketCensus {
  private static final int LISTENING = 1 << TCP_LISTEN;
  private static final int OTHERS = ((1 << (TCP_BOUND_INACTIVE + 1)) - 2) & ~LISTENING;
  private static final int EVERY_UDP = (1 << TCP_CLOSE) | (1 << TCP_ESTABLISHED);
  private static final int[] FAMILIES = {AF_INET, AF_INET6};

  private final NetlinkSocket netlink;
  private final Proc proc;
  private final SocketRecords records;
  private final Deadline deadline;
  private final NamespaceView view;
  private final Reading<Range> range;
  private final Optional<Range> ephemeral;
  private final PortSet wanted;
  private final boolean[] served = new boolean[Port.MAX + 1];
  private final List<Gap> gaps = new ArrayList<>();
  private final Map<Long, BoundSocket> sockets = new LinkedHashMap<>();
  private final ConnectionCounts connections = new ConnectionCounts();
  private int outgoing;
  private int uncounted;

  /**
   * A census of the namespace that the calling thread is in.
   *
   * @param wanted ports of which also the connections in the ephemeral range are kept
   */
  public SocketCensus(
      Host host, SocketRecords records, Deadline deadline, NamespaceView view, PortSet wanted) {
    netlink = new NetlinkSocket(host.calls());
    proc = host.proc();
    this.records = records;
    this.deadline = deadline;
    this.view = view;
    this.wanted = wanted;
    range = BindSettingsReader.read(proc, view).ephemeral();
    ephemeral = range.toOptional();
  }

  /** What could not be read. */
  public List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /** The ports from which the kernel chooses. */
  public Reading<Range> ephemeral() {
    return range;
  }

  /** Looks once. */
  public Inventory.Bound look() {
    // The listeners first: then it is known of a connection whose it is.
    add(Protocol.TCP, AF_UNSPEC, LISTENING);
    add(Protocol.TCP, AF_UNSPEC, OTHERS);
    for (int family : FAMILIES) {
      add(Protocol.UDP, family, EVERY_UDP);
    }
    if (gaps.isEmpty() && OsRelease.read(proc).isBefore(6, 8)) {
      gaps.add(
          new Gap(
              Gap.Subject.SOCKETS,
              "TCP sockets that are bound and do not listen",
              Reading.Why.UNSUPPORTED,
              "Linux 6.8 and newer list them; asked about one port, inuse finds them"));
    }
    return new Inventory.Bound(
        List.copyOf(sockets.values()),
        connections.remains(),
        connections.traffic(),
        outgoing,
        uncounted + connections.uncounted());
  }

  /** What becomes of a socket. */
  private enum Fate {
    KEPT,
    TRAFFIC,
    REMAINS,
    OUTGOING,
    /** It has no port. */
    NONE
  }

  private Fate fate(Protocol protocol, int state, int port, boolean hasFile) {
    if (port == 0) {
      return Fate.NONE;
    }
    boolean bound = state == TCP_CLOSE || state == TCP_BOUND_INACTIVE || state == TCP_LISTEN;
    if (bound) {
      return Fate.KEPT;
    }
    if (protocol == Protocol.TCP && served[port]) {
      return Fate.TRAFFIC;
    }
    Port number = new Port(port);
    if (ephemeral.filter(range -> range.contains(number)).isPresent() && !wanted.contains(number)) {
      return Fate.OUTGOING;
    }
    return hasFile ? Fate.KEPT : Fate.REMAINS;
  }

  private void add(Protocol protocol, int family, int states) {
    Optional<SyscallFailed> refusal = view.refusal();
    if (refusal.isEmpty()) {
      Tally tally = new Tally(protocol);
      InetDiag.Query query =
          new InetDiag.Query(
              family,
              protocol == Protocol.TCP ? IPPROTO_TCP : IPPROTO_UDP,
              states,
              0,
              0,
              InetDiag.Filter.HEADER);
      NetlinkSocket.Dump<InetDiag.Socket> dump =
          netlink.dump(
              query.type(),
              query.encode(),
              InetDiag::decode,
              tally,
              deadline.soonerNanos(Deadline.OF_A_DUMP));
      dump.records().forEach(one -> keep(records.socket(protocol, one)));
      tally.done();
      refusal = SocketGaps.refusal(protocol, dump.end(), gaps);
    }
    if (refusal.isPresent()) {
      for (int one : family == AF_UNSPEC ? FAMILIES : new int[] {family}) {
        readProcNet(protocol, one == AF_INET6, states, refusal.get());
      }
    }
  }

  /** A socket that came twice has changed its state between two dumps. */
  private void keep(BoundSocket socket) {
    long key = socket.cookie() == 0 ? -1 - sockets.size() : socket.cookie();
    sockets.put(key, socket);
    if (socket.state() == SocketState.LISTEN) {
      served[socket.local().port().number()] = true;
    }
  }

  /** Counts the sockets of one dump, which may begin anew. */
  private final class Tally implements NetlinkSocket.Filter<InetDiag.Socket> {
    private final Protocol protocol;
    private final List<InetDiag.Socket> left = new ArrayList<>();

    /** Not hashed: others choose the keys. */
    private final Map<Endpoint, int[]> counts = new TreeMap<>();

    private int kept;
    private int away;
    private int tooMany;

    Tally(Protocol protocol) {
      this.protocol = protocol;
    }

    @Override
    public void begin() {
      left.clear();
      counts.clear();
      kept = 0;
      away = 0;
      tooMany = 0;
    }

    @Override
    public boolean keeps(InetDiag.Socket socket) {
      switch (fate(protocol, socket.state(), socket.sourcePort(), socket.inode() != 0)) {
        case KEPT -> {
          if (kept + sockets.size() < Inventory.MAX_SOCKETS) {
            kept++;
            return true;
          }
          tooMany++;
        }
        case REMAINS -> {
          if (left.size() < Inventory.MAX_SOCKETS) {
            left.add(socket);
          } else {
            tooMany++;
          }
        }
        case TRAFFIC -> {
          boolean v6 = socket.family() == AF_INET6;
          Endpoint local = Addresses.endpoint(v6, socket.source(), socket.sourcePort());
          if (counts.size() < ConnectionCounts.MAX_PLACES || counts.containsKey(local)) {
            boolean over = socket.timer() == InetDiag.TIMER_TIME_WAIT;
            counts.computeIfAbsent(local, any -> new int[2])[over ? 1 : 0]++;
          } else {
            tooMany++;
          }
        }
        case OUTGOING -> away++;
        case NONE -> {}
      }
      return false;
    }

    void done() {
      left.forEach(one -> connections.remain(records.socket(protocol, one)));
      counts.forEach((local, these) -> connections.count(local, these[0], these[1]));
      outgoing += away;
      uncounted += tooMany;
    }
  }

  private void readProcNet(Protocol protocol, boolean v6, int states, SyscallFailed why) {
    // One file has all states: it is read when the first of them are wanted.
    if (view.tables().isEmpty() || (protocol == Protocol.TCP && states != LISTENING)) {
      return;
    }
    String path = view.tables().get() + protocol.word() + (v6 ? "6" : "");
    gaps.add(SocketGaps.instead(protocol, v6, path, why));
    try {
      // Twice, since only then it is known on which ports somebody listens.
      boolean all = protocol == Protocol.UDP || lines(path, protocol, true);
      if (!all || !lines(path, protocol, false)) {
        gaps.add(
            new Gap(
                Gap.Subject.SOCKETS, "the rest of " + path, Reading.Why.TIMED_OUT, "ask again"));
      }
    } catch (Unparsable broken) {
      gaps.add(new Gap(Gap.Subject.SOCKETS, path, Reading.Why.UNREADABLE, "please report it"));
    }
  }

  private boolean lines(String path, Protocol protocol, boolean listening) {
    return switch (proc.lines(path, lines -> addFrom(lines, protocol, listening))) {
      case CallResult.Ok<Boolean>(Boolean all) -> all;
      case CallResult.Failed<Boolean>(var failure) -> {
        gaps.add(new Gap(Gap.Subject.SOCKETS, path, Readings.of(failure.errno()), "mount /proc"));
        yield true;
      }
    };
  }

  private boolean addFrom(String lines, Protocol protocol, boolean listening) {
    for (NetTcp line : NetTcp.parse(lines)) {
      boolean listens = protocol == Protocol.TCP && line.state() == TCP_LISTEN;
      if (listens == listening) {
        BoundSocket socket = records.socket(protocol, line);
        switch (fate(protocol, line.state(), line.sourcePort(), line.inode() != 0)) {
          case KEPT -> {
            if (sockets.size() < Inventory.MAX_SOCKETS) {
              keep(socket);
            } else {
              uncounted++;
            }
          }
          case REMAINS -> connections.remain(socket);
          case TRAFFIC -> {
            boolean over = socket.isTimeWaitStub();
            connections.count(socket.local(), over ? 0 : 1, over ? 1 : 0);
          }
          case OUTGOING -> outgoing++;
          case NONE -> {}
        }
      }
    }
    return !deadline.isOver();
  }
}

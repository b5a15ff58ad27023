package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.TCP_BOUND_INACTIVE;
import static inuse.kernel.abi.Constants.TCP_CLOSE;
import static inuse.kernel.abi.Constants.TCP_LISTEN;

import inuse.core.ask.holders.InodeTable;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.PortSnapshot;
import inuse.kernel.netlink.InetDiag;
import inuse.kernel.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a dump of one port as it streams in. As long as there is room every socket is kept. Of more
 * than that, the servers are kept, the first connections of each state and owner, and those without
 * a file while there is room; the rest become numbers.
 */
final class Gathering
    implements NetlinkSocket.Codec<Optional<InetDiag.Socket>>,
        NetlinkSocket.Filter<Optional<InetDiag.Socket>> {
  /** Of a busy port, the connections of one state and owner that are kept. */
  static final int SHOWN = 64;

  private static final Alike NONE = new Alike(new Kind(-1, -1, false));

  private final InetDiag.Query query;
  private final int room;
  private final Set<Long> asked;
  private final List<InetDiag.Socket> kept = new ArrayList<>();
  private final Map<Kind, Alike> byKind = new HashMap<>();
  private final InodeTable inodes = new InodeTable();
  private boolean isBusy;

  /** That of the socket before: most are alike. */
  private Alike last = NONE;

  /**
   * A new one.
   *
   * @param room how many sockets are kept before the port is a busy one
   * @param asked inodes of sockets that are kept in any case
   */
  Gathering(InetDiag.Query query, int room, Set<Long> asked) {
    this.query = query;
    this.room = Math.max(0, Math.min(room, PortSnapshot.MAX_SOCKETS));
    this.asked = asked;
  }

  /** Sockets that are alike; the state and the uid as the kernel gives them. */
  record Kind(int state, long uid, boolean open) {}

  /** How many sockets of one kind there are. */
  private static final class Alike {
    private final Kind kind;
    private int shown;
    private int counted;

    Alike(Kind kind) {
      this.kind = kind;
    }

    boolean isOf(int state, long uid, boolean open) {
      return kind.state == state && kind.uid == uid && kind.open == open;
    }
  }

  @Override
  public void begin() {
    kept.clear();
    byKind.clear();
    last = NONE;
    inodes.clear();
    isBusy = false;
  }

  @Override
  public Optional<InetDiag.Socket> decode(byte[] buffer, int from, int to) {
    if (isBusy && to - from >= InetDiag.RECORD_BYTES) {
      int state = InetDiag.Numbers.state(buffer, from);
      long inode = InetDiag.Numbers.inode(buffer, from);
      Alike alike = alike(state, InetDiag.Numbers.uid(buffer, from), inode != 0);
      if (!isKept(alike, inode)) {
        if (query.localPort() == InetDiag.Numbers.sourcePort(buffer, from)) {
          count(alike, inode);
        }
        return Optional.empty();
      }
    }
    return Optional.of(InetDiag.decode(buffer, from, to));
  }

  @Override
  public boolean keeps(Optional<InetDiag.Socket> candidate) {
    if (candidate.filter(query::matches).isPresent()) {
      InetDiag.Socket socket = candidate.get();
      kept.add(socket);
      if (isBusy) {
        alike(socket).shown++;
      } else if (kept.size() > room) {
        becomeBusy();
      }
    }
    return false;
  }

  private void becomeBusy() {
    isBusy = true;
    List<InetDiag.Socket> all = List.copyOf(kept);
    kept.clear();
    for (InetDiag.Socket socket : all) {
      Alike alike = alike(socket);
      if (isKept(alike, socket.inode())) {
        kept.add(socket);
        alike.shown++;
      } else {
        count(alike, socket.inode());
      }
    }
  }

  private boolean isKept(Alike alike, long inode) {
    if (asked.contains(inode)) {
      return true;
    }
    if (kept.size() >= PortSnapshot.MAX_SOCKETS) {
      return false;
    }
    return isServers(alike.kind) || !alike.kind.open || alike.shown < SHOWN;
  }

  private void count(Alike alike, long inode) {
    alike.counted++;
    if (inode != 0) {
      inodes.add(inode);
    }
  }

  private Alike alike(InetDiag.Socket socket) {
    return alike(socket.state(), socket.uid(), socket.inode() != 0);
  }

  private Alike alike(int state, long uid, boolean open) {
    if (!last.isOf(state, uid, open)) {
      last = byKind.computeIfAbsent(new Kind(state, uid, open), Alike::new);
    }
    return last;
  }

  private static boolean isServers(Kind kind) {
    return kind.state == TCP_LISTEN || kind.state == TCP_CLOSE || kind.state == TCP_BOUND_INACTIVE;
  }

  /** The sockets that were kept. */
  List<InetDiag.Socket> kept() {
    return kept;
  }

  /** The others, where there are any. */
  Optional<SocketTable.Rest> rest(SocketRecords records) {
    List<Crowd.Kind> kinds = new ArrayList<>();
    for (Alike one : byKind.values()) {
      if (one.counted > 0) {
        kinds.add(records.kind(one.kind, one.counted));
      }
    }
    // Sorted by what is told: a HashMap has another order in C.
    kinds.sort(
        Comparator.comparingInt((Crowd.Kind one) -> -one.count())
            .thenComparing(Crowd.Kind::state)
            .thenComparingLong(one -> one.owner().uid().number()));
    return kinds.isEmpty() ? Optional.empty() : Optional.of(new SocketTable.Rest(kinds, inodes));
  }
}

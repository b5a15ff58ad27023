package inuse.core.ask;

import inuse.core.ask.holders.CrowdHolders;
import inuse.core.ask.holders.HolderSource;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.Gap;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.SocketState;
import inuse.core.io.Deadline;
import inuse.core.io.Host;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Who has the connections of a busy port that are not told one by one. */
final class CrowdSearch {
  private final Host host;
  private final HolderSource search;
  private final Deadline deadline;

  CrowdSearch(Host host, HolderSource search, Deadline deadline) {
    this.host = host;
    this.search = search;
    this.deadline = deadline;
  }

  /** The sockets that are told, who has them, the crowd, and what was not found of it. */
  record Found(FoundSockets sockets, HolderSource.Found holding, Crowd crowd, Optional<Gap> gap) {}

  /**
   * Finds who has the sockets that are told, and counts the connections by process. Of each that
   * has no listener one connection is told after all: it holds the port, too.
   *
   * @param again looks at the sockets once more, and keeps those of these inodes
   */
  Found look(FoundSockets sockets, Port port, Function<Set<Long>, SocketTable.Found> again) {
    Optional<SocketTable.Rest> rest = sockets.found().rest();
    HolderSource.Found holding =
        rest.filter(one -> one.inodes().count() > 0).isPresent()
            ? search.find(sockets.inodes(), port, deadline)
            : search.find(sockets.inodes(), deadline);
    if (rest.isEmpty()) {
      return new Found(sockets, holding, Crowd.NONE, Optional.empty());
    }
    CrowdHolders.Found found =
        new CrowdHolders(host, holding.others(), deadline)
            .find(rest.get().inodes(), listening(sockets.found().sockets(), holding));
    List<Crowd.Kind> kinds = rest.get().kinds();
    FoundSockets told = sockets;
    Map<Pid, List<Holder.OpenSocket>> byPid = new TreeMap<>(holding.byPid());
    if (!found.samples().isEmpty()) {
      Set<Long> asked = new HashSet<>();
      found.samples().forEach((pid, one) -> asked.add(one.inode().number()));
      SocketTable.Found more = again.apply(asked);
      told = new FoundSockets(more, sockets.udpAlso(), sockets.clients());
      kinds = more.rest().map(SocketTable.Rest::kinds).orElse(List.of());
      found.samples().forEach((pid, one) -> byPid.putIfAbsent(pid, List.of(one)));
    }
    return new Found(
        told,
        new HolderSource.Found(
            byPid, holding.threads(), holding.gaps(), holding.how(), holding.others()),
        new Crowd(
            kinds,
            found.served(),
            found.elsewhere() - found.samples().size(),
            found.unseen(),
            found.shares()),
        found.gap());
  }

  private static Set<Pid> listening(List<BoundSocket> sockets, HolderSource.Found holding) {
    Map<Inode, List<Pid>> byInode = holding.byInode();
    Set<Pid> pids = new HashSet<>();
    for (BoundSocket socket : sockets) {
      if (socket.state() == SocketState.LISTEN) {
        socket.inode().ifPresent(one -> pids.addAll(byInode.getOrDefault(one, List.of())));
      }
    }
    return pids;
  }
}

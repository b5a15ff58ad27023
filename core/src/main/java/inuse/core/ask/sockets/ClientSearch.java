package inuse.core.ask.sockets;

import inuse.core.ask.holders.HolderFacts;
import inuse.core.ask.holders.HolderSource;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Client;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.SocketState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The clients on this host that are connected to the port, which they do not hold. */
public final class ClientSearch {
  private ClientSearch() {}

  /** The clients' sockets, if in this network namespace. */
  public static List<BoundSocket> sockets(SocketTable table, List<BoundSocket> sockets, Port port) {
    // Not hashed: others choose the keys.
    Set<Endpoint> peers = new TreeSet<>();
    for (BoundSocket socket : sockets) {
      if (socket.state() == SocketState.ESTABLISHED && socket.cookie() != 0) {
        socket.peer().map(SocketRecords::unmapped).ifPresent(peers::add);
      }
    }
    if (peers.isEmpty()) {
      return List.of();
    }
    Set<Endpoint> own = new TreeSet<>();
    sockets.forEach(socket -> own.add(SocketRecords.unmapped(socket.local())));
    return table.clients(port, peers).stream()
        .filter(
            client -> client.peer().map(SocketRecords::unmapped).filter(own::contains).isPresent())
        .toList();
  }

  /** The clients by process, each once. */
  public static List<Client> named(
      List<BoundSocket> sockets, HolderSource.Found holding, HolderFacts facts) {
    List<Client> clients = new ArrayList<>();
    Map<Pid, BoundSocket> first = new TreeMap<>();
    Map<Inode, List<Pid>> byInode = holding.byInode();
    for (BoundSocket socket : sockets) {
      socket
          .inode()
          .map(one -> byInode.getOrDefault(one, List.of()))
          .ifPresent(pids -> pids.forEach(pid -> first.putIfAbsent(pid, socket)));
    }
    first.forEach((pid, socket) ->
        facts.name(pid).ifPresent(one -> clients.add(new Client(socket.local(), List.of(one)))));
    return clients;
  }
}

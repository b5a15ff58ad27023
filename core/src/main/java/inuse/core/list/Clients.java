package inuse.core.list;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SocketState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How many connections the listeners of one network namespace serve: a connection belongs to the
 * listener at its very address, else to one at every address.
 */
final class Clients {
  // Not hashed by what others choose.
  private final Map<Endpoint, Integer> open = new TreeMap<>();
  private final Map<Port, List<Endpoint>> byPort = new HashMap<>();
  private final Set<Endpoint> listened = new TreeSet<>();

  Clients(Inventory.Bound bound) {
    for (Inventory.Traffic traffic : bound.traffic()) {
      open.put(traffic.local(), traffic.open());
      byPort.computeIfAbsent(traffic.local().port(), any -> new ArrayList<>()).add(traffic.local());
    }
    for (BoundSocket socket : bound.sockets()) {
      if (socket.protocol() == Protocol.TCP && isServed(socket)) {
        listened.add(place(socket));
      }
    }
  }

  /** Whether it listens on a port that somebody is connected to, as few do. */
  private boolean isServed(BoundSocket socket) {
    return socket.state() == SocketState.LISTEN && byPort.containsKey(socket.local().port());
  }

  private static Endpoint place(BoundSocket socket) {
    return new Endpoint(socket.local().address().unmapped(), socket.local().port());
  }

  /** Those of these sockets. */
  int of(List<BoundSocket> sockets) {
    Set<Endpoint> places = new TreeSet<>();
    sockets.stream().filter(this::isServed).forEach(one -> places.add(place(one)));
    Set<Endpoint> served = new TreeSet<>();
    for (Endpoint place : places) {
      for (Endpoint local : byPort.getOrDefault(place.port(), List.of())) {
        if (serves(place, local)) {
          served.add(local);
        }
      }
    }
    return served.stream().mapToInt(one -> open.getOrDefault(one, 0)).sum();
  }

  private boolean serves(Endpoint listener, Endpoint connection) {
    if (listener.equals(connection)) {
      return true;
    }
    boolean wildcard = listener.address().isWildcard() && !listened.contains(connection);
    boolean v4 = connection.address().family() == IpAddress.Family.V4;
    boolean specific =
        v4
            && listener.address().isWildcardV6()
            && listened.contains(new Endpoint(IpAddress.ANY_V4, connection.port()));
    return wildcard && !specific && (v4 || listener.address().family() == IpAddress.Family.V6);
  }
}

package inuse.core.ask.sockets;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Connections, and what is left of them, by the address and port at this end. */
final class ConnectionCounts {
  /** Addresses with a port at which connections are counted separately. */
  static final int MAX_PLACES = 20_000;

  /** The same of what is left of connections. */
  private static final int MAX_REMAINS = 2000;

  // Not hashed: others choose the keys.
  private final Map<Endpoint, Inventory.Remains> remains = new TreeMap<>();
  private final Map<Endpoint, int[]> traffic = new TreeMap<>();
  private int uncounted;

  /** Counts connections at a port where somebody listens. */
  void count(Endpoint local, int open, int over) {
    Endpoint place = SocketRecords.unmapped(local);
    int[] counts = traffic.get(place);
    if (counts == null) {
      if (traffic.size() == MAX_PLACES) {
        uncounted += open + over;
        return;
      }
      counts = new int[2];
      traffic.put(place, counts);
    }
    counts[0] += open;
    counts[1] += over;
  }

  /** Counts what is left of a connection, and keeps the one that stays longest. */
  void remain(BoundSocket socket) {
    Inventory.Remains before = remains.get(socket.local());
    if (before != null) {
      BoundSocket last = staysLonger(socket, before.last()) ? socket : before.last();
      remains.put(socket.local(), new Inventory.Remains(last, before.count() + 1));
    } else if (remains.size() == MAX_REMAINS) {
      uncounted++;
    } else {
      remains.put(socket.local(), new Inventory.Remains(socket, 1));
    }
  }

  private static boolean staysLonger(BoundSocket one, BoundSocket other) {
    return one.expires().isPresent()
        && other.expires().filter(time -> time.compareTo(one.expires().get()) >= 0).isEmpty();
  }

  List<Inventory.Remains> remains() {
    return List.copyOf(remains.values());
  }

  List<Inventory.Traffic> traffic() {
    List<Inventory.Traffic> counted = new ArrayList<>();
    traffic.forEach(
        (local, counts) -> counted.add(new Inventory.Traffic(local, counts[0], counts[1])));
    return counted;
  }

  /** Those for which there was no room. */
  int uncounted() {
    return uncounted;
  }
}

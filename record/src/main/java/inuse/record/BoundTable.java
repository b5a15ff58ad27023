package inuse.record;

import inuse.core.events.Place;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The sockets that are bound, by their cookies: twenty bytes each, because a host may have a
 * hundred thousand. Open addressing with linear probing; what is removed leaves no hole.
 */
final class BoundTable {
  /** A process that is not known. */
  static final int UNKNOWN = -1;

  private static final int SMALLEST = 1 << 8;
  private static final byte LISTENING = 1;
  private static final byte MARKED = 2;

  /** An odd number with as many ones as zeros, which spreads a difference over all bits. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final List<Spot> spots = new ArrayList<>();
  private final Map<Spot, Integer> spotNumbers = new HashMap<>();
  private final int[] onPort = new int[Port.MAX + 1];
  private long[] cookies = new long[SMALLEST];
  private int[] processes = new int[SMALLEST];
  private int[] places = new int[SMALLEST];
  private char[] ports = new char[SMALLEST];
  private byte[] flags = new byte[SMALLEST];
  private int size;

  /** A place without its port: a host has few of them. */
  private record Spot(Protocol protocol, IpAddress address, Optional<Long> netns) {}

  /** A bound socket. */
  interface Visitor {
    void visit(long cookie, int process, Place place, boolean listening);
  }

  int size() {
    return size;
  }

  /** Puts a socket there, or changes who has it and where. */
  void put(long cookie, int process, Place place, boolean listening) {
    if (3 * (size + 1) > 2 * cookies.length) {
      grow();
    }
    int slot = slot(cookie);
    if (cookies[slot] == 0) {
      cookies[slot] = cookie;
      size++;
    } else {
      onPort[ports[slot]]--;
    }
    Spot spot = new Spot(place.protocol(), place.address(), place.netns());
    Integer number = spotNumbers.get(spot);
    if (number == null) {
      number = spots.size();
      spots.add(spot);
      spotNumbers.put(spot, number);
    }
    processes[slot] = process;
    places[slot] = number;
    ports[slot] = (char) place.port().number();
    flags[slot] = listening ? LISTENING : 0;
    onPort[ports[slot]]++;
  }

  boolean has(long cookie) {
    return cookies[slot(cookie)] == cookie;
  }

  /** The process that has it, or {@link #UNKNOWN}, also of a socket that is not there. */
  int process(long cookie) {
    int slot = slot(cookie);
    return cookies[slot] == cookie ? processes[slot] : UNKNOWN;
  }

  /** Where it is; empty of a socket that is not there. */
  Optional<Place> place(long cookie) {
    int slot = slot(cookie);
    return cookies[slot] == cookie ? Optional.of(placeIn(slot)) : Optional.empty();
  }

  boolean isListening(long cookie) {
    int slot = slot(cookie);
    return cookies[slot] == cookie && (flags[slot] & LISTENING) != 0;
  }

  private Place placeIn(int slot) {
    Spot spot = spots.get(places[slot]);
    return new Place(spot.protocol, spot.address, new Port(ports[slot]), spot.netns);
  }

  void remove(long cookie) {
    int hole = slot(cookie);
    if (cookies[hole] == 0) {
      return;
    }
    onPort[ports[hole]]--;
    size--;
    int mask = cookies.length - 1;
    int next = (hole + 1) & mask;
    while (cookies[next] != 0) {
      // One that would be found from the hole on moves there.
      int home = home(cookies[next]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        move(next, hole);
        hole = next;
      }
      next = (next + 1) & mask;
    }
    cookies[hole] = 0;
  }

  private void move(int from, int to) {
    cookies[to] = cookies[from];
    processes[to] = processes[from];
    places[to] = places[from];
    ports[to] = ports[from];
    flags[to] = flags[from];
  }

  /** Visits all; the table may not be changed meanwhile. */
  void each(Visitor visitor) {
    for (int slot = 0; slot < cookies.length; slot++) {
      if (cookies[slot] != 0) {
        visitor.visit(
            cookies[slot], processes[slot], placeIn(slot), (flags[slot] & LISTENING) != 0);
      }
    }
  }

  /** Visits the processes that have any, one that has several in a row once for all of them. */
  void eachProcess(IntConsumer visitor) {
    int last = UNKNOWN;
    for (int slot = 0; slot < cookies.length; slot++) {
      if (cookies[slot] != 0 && processes[slot] != last) {
        last = processes[slot];
        visitor.accept(last);
      }
    }
  }

  /** How many there are of that protocol. */
  int count(Protocol protocol, boolean listening) {
    int count = 0;
    for (int slot = 0; slot < cookies.length; slot++) {
      if (cookies[slot] != 0
          && spots.get(places[slot]).protocol == protocol
          && (flags[slot] & LISTENING) != 0 == listening) {
        count++;
      }
    }
    return count;
  }

  /** Visits those with that port. */
  void onPort(Port port, Visitor visitor) {
    int left = onPort[port.number()];
    for (int slot = 0; left > 0 && slot < cookies.length; slot++) {
      if (cookies[slot] != 0 && ports[slot] == port.number()) {
        left--;
        visitor.visit(
            cookies[slot], processes[slot], placeIn(slot), (flags[slot] & LISTENING) != 0);
      }
    }
  }

  /** Takes every mark away. */
  void unmark() {
    for (int slot = 0; slot < flags.length; slot++) {
      flags[slot] &= ~MARKED;
    }
  }

  void mark(long cookie) {
    int slot = slot(cookie);
    if (cookies[slot] == cookie) {
      flags[slot] |= MARKED;
    }
  }

  /** The cookies of those without a mark. */
  List<Long> unmarked() {
    List<Long> unmarked = new ArrayList<>();
    for (int slot = 0; slot < cookies.length; slot++) {
      if (cookies[slot] != 0 && (flags[slot] & MARKED) == 0) {
        unmarked.add(cookies[slot]);
      }
    }
    return unmarked;
  }

  /** Where it is, or the free slot where it would be. */
  private int slot(long cookie) {
    int mask = cookies.length - 1;
    int slot = home(cookie);
    while (cookies[slot] != 0 && cookies[slot] != cookie) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private int home(long cookie) {
    long spread = cookie * SPREAD;
    return (int) (spread >>> 32) & (cookies.length - 1);
  }

  private void grow() {
    long[] oldCookies = cookies;
    int[] oldProcesses = processes;
    int[] oldPlaces = places;
    char[] oldPorts = ports;
    byte[] oldFlags = flags;
    int capacity = 2 * oldCookies.length;
    cookies = new long[capacity];
    processes = new int[capacity];
    places = new int[capacity];
    ports = new char[capacity];
    flags = new byte[capacity];
    for (int i = 0; i < oldCookies.length; i++) {
      if (oldCookies[i] != 0) {
        int slot = slot(oldCookies[i]);
        cookies[slot] = oldCookies[i];
        processes[slot] = oldProcesses[i];
        places[slot] = oldPlaces[i];
        ports[slot] = oldPorts[i];
        flags[slot] = oldFlags[i];
      }
    }
  }
}

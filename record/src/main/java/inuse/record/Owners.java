package inuse.record;

import inuse.core.events.Place;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What sockets have in common, each with a number for as long as any socket has it: a host has few
 * of them, and a user who makes many makes as many sockets.
 */
final class Owners {
  private final List<Used> byNumber = new ArrayList<>();
  private final Map<Owner, Used> used = new HashMap<>();
  private final Deque<Used> free = new ArrayDeque<>();

  /**
   * A process, and a place without its port.
   *
   * @param process its number, or {@link BoundTable#UNKNOWN}
   */
  record Owner(int process, Protocol protocol, IpAddress address, Optional<Long> netns) {
    Owner(int process, Place place) {
      this(process, place.protocol(), place.address(), place.netns());
    }

    Place at(Port port) {
      return new Place(protocol, address, port, netns);
    }
  }

  private static final class Used {
    private final int number;
    private Owner owner;
    private int count;

    Used(int number, Owner owner) {
      this.number = number;
      this.owner = owner;
    }
  }

  /** The number of an owner that one more socket has. */
  int add(Owner owner) {
    Used known = used.get(owner);
    if (known == null) {
      known = free.isEmpty() ? another(owner) : free.removeLast();
      known.owner = owner;
      used.put(owner, known);
    }
    known.count++;
    return known.number;
  }

  private Used another(Owner owner) {
    Used made = new Used(byNumber.size(), owner);
    byNumber.add(made);
    return made;
  }

  /** One socket less has it. */
  void remove(int number) {
    Used known = byNumber.get(number);
    known.count--;
    if (known.count == 0) {
      used.remove(known.owner);
      free.addLast(known);
    }
  }

  /** The owner of a number that {@link #add} gave. */
  Owner get(int number) {
    return byNumber.get(number).owner;
  }

  /** Visits those that are in use. */
  void each(Consumer<Owner> visitor) {
    used.keySet().forEach(visitor);
  }
}

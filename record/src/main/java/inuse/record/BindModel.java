package inuse.record;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;

import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import inuse.core.io.Addresses;
import inuse.kernel.bpf.BindEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is bound and by which process, from one event of the kernel to the next: pure, but for the
 * processes, which are looked up when they do something.
 *
 * <p>The kernel tells that a bind is asked for and that it is made, not that it is refused. It was,
 * where the thread that asked does something else before it is made, where the socket is released,
 * or where {@link #PATIENCE} has passed. Who had the port is known from the events in between.
 */
final class BindModel {
  /** A bind takes microseconds; a processor that is taken away, longer. */
  static final long PATIENCE = 200_000_000L;

  /**
   * The kernel tells of a release before it gives the port back; closing a listener with many
   * connections takes longest.
   */
  static final long LEAVING = 50_000_000L;

  private static final int MAX_LEAVING = 1_000;

  /** Binds that are asked for and not yet made: one for each thread. */
  private static final int MAX_ASKED = 10_000;

  private final int self;
  private final BoundTable table;
  private final ProcessBook processes;
  private final Namespaces namespaces;
  private final Output output;
  private final Map<Integer, Asked> asked = new LinkedHashMap<>();
  private final Deque<Released> leaving = new ArrayDeque<>();

  /** Takes what follows from the events. */
  interface Output {
    /**
     * A socket has changed.
     *
     * @param process its number, or {@link BoundTable#UNKNOWN}
     */
    void changed(long nanos, Event.Change change, long cookie, int process, Place place);

    /** A bind was refused. */
    void refused(RefusedBind bind);
  }

  /** Names network namespaces. */
  interface Namespaces {
    /**
     * The inode of a network namespace; empty for the recorder's own, zero where it is not known.
     *
     * @param cookie SO_NETNS_COOKIE
     * @param pid a process in it
     */
    Optional<Long> inode(long cookie, int pid);
  }

  /**
   * A model.
   *
   * @param self the pid of the recorder, whose own binds are left out
   */
  BindModel(
      int self, BoundTable table, ProcessBook processes, Namespaces namespaces, Output output) {
    this.self = self;
    this.table = table;
    this.processes = processes;
    this.namespaces = namespaces;
    this.output = output;
  }

  /** A socket that may still have its port, though its release is told. */
  private record Released(long nanos, int process, Place place, boolean listening) {}

  /** A bind that was asked for. */
  private static final class Asked {
    private final long nanos;
    private final long cookie;
    private final int pid;
    private final int process;
    private final Place place;
    private final List<Integer> holders = new ArrayList<>();
    private final List<Released> leaving = new ArrayList<>();
    private boolean listening;
    private int conflicts;

    Asked(BindEvent event, int process, Place place) {
      nanos = event.nanos();
      cookie = event.cookie();
      pid = event.pid();
      this.process = process;
      this.place = place;
    }

    void consider(int holder, Place held, boolean listens) {
      if (Conflict.isBetween(held, listens, place)) {
        conflicts++;
        listening |= listens;
        if (holder != BoundTable.UNKNOWN && !holders.contains(holder)) {
          holders.add(holder);
        }
      }
    }
  }

  /** Takes the next event. */
  void take(BindEvent event) {
    if (event.pid() == self) {
      return;
    }
    forgetReleased(event.nanos());
    int asking = settle(event);
    switch (event.kind()) {
      case ASKED -> asked(event);
      case BOUND -> bound(event, asking);
      case LISTENING -> listening(event);
      case RELEASED -> released(event);
    }
  }

  private void forgetReleased(long nanos) {
    while (!leaving.isEmpty()
        && (leaving.getFirst().nanos + LEAVING < nanos || leaving.size() > MAX_LEAVING)) {
      leaving.removeFirst();
    }
  }

  /** Whether a bind is not decided yet. */
  boolean isWaiting() {
    return !asked.isEmpty();
  }

  /** Decides what has been open for too long. */
  void settle(long nanos) {
    while (!asked.isEmpty()) {
      Map.Entry<Integer, Asked> oldest = asked.entrySet().iterator().next();
      if (oldest.getValue().nanos + PATIENCE > nanos && asked.size() <= MAX_ASKED) {
        return;
      }
      asked.remove(oldest.getKey());
      refuse(oldest.getValue());
    }
  }

  /**
   * Decides what this event decides.
   *
   * @return the process whose bind it makes, where that was asked for
   */
  private int settle(BindEvent event) {
    int made = BoundTable.UNKNOWN;
    Asked before = asked.remove(event.thread());
    if (before != null && event.kind() == BindEvent.Kind.BOUND && event.cookie() == before.cookie) {
      made = before.process;
    } else if (before != null) {
      refuse(before);
    }
    if (event.kind() == BindEvent.Kind.RELEASED) {
      Iterator<Asked> others = asked.values().iterator();
      while (others.hasNext()) {
        Asked other = others.next();
        if (other.cookie == event.cookie()) {
          others.remove();
          refuse(other);
        }
      }
    }
    settle(event.nanos());
    return made;
  }

  private void refuse(Asked one) {
    if (one.conflicts == 0) {
      one.leaving.forEach(last -> one.consider(last.process, last.place, last.listening));
    }
    output.refused(
        new RefusedBind(
            one.nanos, one.process, one.pid, one.place, one.holders, one.listening, one.conflicts));
  }

  private void asked(BindEvent event) {
    Optional<Place> place = place(event);
    // A second bind of one socket fails in any case; and where any port would do, another may be
    // had.
    if (event.port() == 0 || place.isEmpty() || table.has(event.cookie())) {
      return;
    }
    Asked one = new Asked(event, process(event), place.get());
    table.onPort(
        place.get().port(), (cookie, holder, held, listens) -> one.consider(holder, held, listens));
    if (one.conflicts == 0) {
      for (Released last : leaving) {
        if (last.place.port().equals(place.get().port())) {
          one.leaving.add(last);
        }
      }
    }
    asked.put(event.thread(), one);
  }

  private void bound(BindEvent event, int asking) {
    Optional<Place> place = place(event);
    if (place.isEmpty()) {
      return;
    }
    int process = asking == BoundTable.UNKNOWN ? process(event) : asking;
    table.put(event.cookie(), process, place.get(), false);
    for (Asked other : asked.values()) {
      other.consider(process, place.get(), false);
    }
    output.changed(event.nanos(), Event.Change.BOUND, event.cookie(), process, place.get());
  }

  private void listening(BindEvent event) {
    Optional<Place> known = table.place(event.cookie());
    Optional<Place> place = known.or(() -> place(event));
    if (place.isEmpty()) {
      return;
    }
    int process = table.process(event.cookie());
    if (known.isEmpty()) {
      // listen(2) without bind(2) before it: the kernel chose the port.
      process = process(event);
      output.changed(event.nanos(), Event.Change.BOUND, event.cookie(), process, place.get());
    }
    table.put(event.cookie(), process, place.get(), true);
    output.changed(event.nanos(), Event.Change.LISTENING, event.cookie(), process, place.get());
  }

  private void released(BindEvent event) {
    Optional<Place> place = table.place(event.cookie());
    if (place.isPresent()) {
      int process = table.process(event.cookie());
      leaving.add(
          new Released(event.nanos(), process, place.get(), table.isListening(event.cookie())));
      table.remove(event.cookie());
      output.changed(event.nanos(), Event.Change.RELEASED, event.cookie(), process, place.get());
    }
  }

  private int process(BindEvent event) {
    return event.pid() == 0 ? BoundTable.UNKNOWN : processes.of(event.pid(), event.nanos());
  }

  private Optional<Place> place(BindEvent event) {
    Optional<Protocol> protocol =
        switch (event.protocol()) {
          case IPPROTO_TCP -> Optional.of(Protocol.TCP);
          case IPPROTO_UDP -> Optional.of(Protocol.UDP);
          default -> Optional.empty();
        };
    boolean v6 = event.family() == AF_INET6;
    return protocol.map(one ->
        new Place(
            one,
            Addresses.address(v6, event.address()),
            new Port(event.port()),
            event.namespace() == 0
                ? Optional.empty()
                : namespaces.inode(event.namespace(), event.pid())));
  }
}

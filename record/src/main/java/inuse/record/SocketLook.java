package inuse.record;

import inuse.core.HeldSockets;
import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.Stamp;
import inuse.kernel.bpf.BindEvents;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Looks at everything that is bound here, and makes the table the same. */
final class SocketLook {
  /*
   * What is new goes into the table at once, with its inode and without a process. Then the descriptors of
   * all processes are gone through, once for all that is new. Nothing is made of a socket or a descriptor
   * that stays: a host may have a hundred thousand of one and a million of the other.
   */

  /** What a socket and a descriptor leave behind for the collector, in bytes. */
  private static final int GARBAGE_OF_A_SOCKET = 700;

  private static final int GARBAGE_OF_A_DESCRIPTOR = 50;

  private final HeldSockets sockets;
  private final BoundTable table;
  private final ProcessBook processes;
  private final RecordClock clock;
  private final Garbage garbage;
  private final Consumer<Event> output;

  /** How a look tells what is new. */
  enum News {
    /** Not at all: the segment that is begun next says everything. */
    NONE,
    /** As what has been so for an unknown time. */
    STATES,
    /** As what was done a moment ago. */
    EVENTS
  }

  SocketLook(
      HeldSockets sockets,
      BoundTable table,
      ProcessBook processes,
      RecordClock clock,
      Garbage garbage,
      Consumer<Event> output) {
    this.sockets = sockets;
    this.table = table;
    this.processes = processes;
    this.clock = clock;
    this.garbage = garbage;
    this.output = output;
  }

  /**
   * Looks once.
   *
   * @param news how what is new is told
   * @param kernel tells the release of what is found from then on
   */
  void look(News news, Optional<BindEvents> kernel) {
    Stamp now = clock.now();
    table.unmark();
    boolean whole =
        sockets.look(one -> {
          garbage.made(GARBAGE_OF_A_SOCKET);
          if (!table.has(one.cookie())) {
            table.put(one.cookie(), BoundTable.UNKNOWN, place(one), one.listening());
            table.seek(one.cookie(), (int) one.inode().number());
            kernel.ifPresent(programs -> programs.know(one.cookie()));
          } else if (one.listening() && !table.isListening(one.cookie())) {
            int process = table.process(one.cookie());
            table.put(one.cookie(), process, place(one), true);
            tell(news, now, false, one.cookie(), process, place(one), true);
          }
          table.mark(one.cookie());
        });
    findHolders(
        now,
        (cookie, process, place, listening) ->
            tell(news, now, true, cookie, process, place, listening));
    if (whole) {
      tellReleased(now, kernel);
    }
  }

  private static Place place(HeldSockets.One one) {
    return new Place(one.protocol(), one.local().address(), one.local().port(), Optional.empty());
  }

  /** Finds the processes that are sought, the one with the lowest number that has the socket. */
  private void findHolders(Stamp now, BoundTable.Visitor each) {
    if (table.sought() > 0) {
      InodeOwners holders = new InodeOwners();
      sockets.openSockets((pid, inode) -> {
        garbage.made(GARBAGE_OF_A_DESCRIPTOR);
        if (holders.isFull()) {
          settle(now, holders, each);
        }
        holders.add((int) inode, pid);
        return table.sought() > 0;
      });
      settle(now, holders, each);
    }
    table.stopSeeking(each);
  }

  private void settle(Stamp now, InodeOwners holders, BoundTable.Visitor each) {
    table.eachSought(
        inode -> {
          int pid = holders.pid(inode);
          return pid == InodeOwners.NONE ? BoundTable.UNKNOWN : processes.of(pid, now.nanos());
        },
        each);
    holders.clear();
  }

  private void tell(
      News news,
      Stamp now,
      boolean isNew,
      long cookie,
      int process,
      Place place,
      boolean listening) {
    switch (news) {
      case NONE -> {}
      case STATES -> output.accept(held(now, cookie, process, place, listening));
      case EVENTS -> {
        if (isNew) {
          output.accept(event(now, Event.Change.BOUND, cookie, process, place));
        }
        if (listening) {
          output.accept(event(now, Event.Change.LISTENING, cookie, process, place));
        }
      }
    }
  }

  private void tellReleased(Stamp now, Optional<BindEvents> kernel) {
    for (long cookie : table.unmarked()) {
      Optional<Place> place = table.place(cookie);
      if (place.isPresent() && place.get().netns().isEmpty()) {
        int process = table.process(cookie);
        table.remove(cookie);
        kernel.ifPresent(programs -> programs.forget(cookie));
        output.accept(event(now, Event.Change.RELEASED, cookie, process, place.get()));
      }
    }
  }

  /** Finds who has the sockets of processes that have ended, and tells it. */
  void passOn() {
    Set<Integer> ended = new HashSet<>();
    table.eachProcessHere(process -> {
      if (process != BoundTable.UNKNOWN
          && !ended.contains(process)
          && !processes.isAlive(process)) {
        ended.add(process);
      }
    });
    if (ended.isEmpty()) {
      return;
    }
    sockets.look(one -> {
      garbage.made(GARBAGE_OF_A_SOCKET);
      if (ended.contains(table.process(one.cookie()))) {
        table.seek(one.cookie(), (int) one.inode().number());
      }
    });
    Stamp now = clock.now();
    findHolders(
        now,
        (cookie, process, place, listening) -> {
          if (!ended.contains(process)) {
            output.accept(held(now, cookie, process, place, listening));
          }
        });
  }

  /** A socket that is bound. */
  static Event held(Stamp at, long cookie, int process, Place place, boolean listening) {
    Event.Change state = listening ? Event.Change.LISTENING : Event.Change.BOUND;
    return new Event.Socket(at, state, true, cookie, number(process), place);
  }

  /** What a socket did. */
  static Event event(Stamp at, Event.Change change, long cookie, int process, Place place) {
    return new Event.Socket(at, change, false, cookie, number(process), place);
  }

  private static Optional<Integer> number(int process) {
    return process == BoundTable.UNKNOWN ? Optional.empty() : Optional.of(process);
  }
}

package inuse.record;

import inuse.core.events.Place;
import inuse.core.evidence.Port;
import inuse.core.evidence.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The sockets that are bound, by their cookies: fourteen bytes for each slot, because a host may
 * have a hundred thousand. What they have in common, which is all but the port, is kept once
 * ({@link Owners}).
 */
final class BoundTable {
  /*
   * The table is in parts by the hash, each of which grows by itself: the old and the new arrays of all
   * are never there at once.
   */

  /** A process that is not known. */
  static final int UNKNOWN = -1;

  private static final int PARTS = 1 << 6;

  /** What is set in an owner's number. */
  private static final int LISTENING = 1 << 31;

  private static final int MARKED = 1 << 30;
  private static final int NUMBER = MARKED - 1;

  /** Ports with the same last bits are counted together. */
  private static final int COUNTED = 1 << 10;

  private final Owners owners = new Owners();
  private final int[] onPort = new int[COUNTED];
  private final BoundPart[] parts = new BoundPart[PARTS];
  private int size;
  private int sought;

  BoundTable() {
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new BoundPart();
    }
  }

  /** A bound socket. */
  interface Visitor {
    void visit(long cookie, int process, Place place, boolean listening);
  }

  /** A socket whose process is sought. */
  interface Sought {
    /**
     * Says what has it.
     *
     * @return the number of the process; {@link #UNKNOWN} where it is to be sought further
     */
    int process(int inode);
  }

  private BoundPart part(long cookie) {
    return parts[(int) (BoundPart.spread(cookie) >>> 58)];
  }

  int size() {
    return size;
  }

  /** Puts a socket there, or changes who has it and where; its mark is taken away. */
  void put(long cookie, int process, Place place, boolean listening) {
    BoundPart part = part(cookie);
    part.makeRoom();
    int slot = part.slot(cookie);
    int owner = owners.add(new Owners.Owner(process, place));
    if (part.cookies[slot] == 0) {
      part.cookies[slot] = cookie;
      part.size++;
      size++;
    } else {
      owners.remove(part.owners[slot] & NUMBER);
      onPort[counted(part.ports[slot])]--;
    }
    part.owners[slot] = owner | (listening ? LISTENING : 0);
    part.ports[slot] = (char) place.port().number();
    onPort[counted(part.ports[slot])]++;
  }

  private static int counted(int port) {
    return port & (COUNTED - 1);
  }

  boolean has(long cookie) {
    BoundPart part = part(cookie);
    return part.cookies[part.slot(cookie)] == cookie;
  }

  /** The process that has it, or {@link #UNKNOWN}, also of a socket that is not there. */
  int process(long cookie) {
    BoundPart part = part(cookie);
    int slot = part.slot(cookie);
    return part.cookies[slot] == cookie ? owner(part, slot).process() : UNKNOWN;
  }

  /** Where it is; empty of a socket that is not there. */
  Optional<Place> place(long cookie) {
    BoundPart part = part(cookie);
    int slot = part.slot(cookie);
    return part.cookies[slot] == cookie ? Optional.of(place(part, slot)) : Optional.empty();
  }

  boolean isListening(long cookie) {
    BoundPart part = part(cookie);
    int slot = part.slot(cookie);
    return part.cookies[slot] == cookie && isListening(part, slot);
  }

  private Owners.Owner owner(BoundPart part, int slot) {
    return owners.get(part.owners[slot] & NUMBER);
  }

  private Place place(BoundPart part, int slot) {
    return owner(part, slot).at(new Port(part.ports[slot]));
  }

  private static boolean isListening(BoundPart part, int slot) {
    return (part.owners[slot] & LISTENING) != 0;
  }

  void remove(long cookie) {
    BoundPart part = part(cookie);
    int slot = part.slot(cookie);
    if (part.cookies[slot] == 0) {
      return;
    }
    owners.remove(part.owners[slot] & NUMBER);
    onPort[counted(part.ports[slot])]--;
    size--;
    if (part.inodes.length > 0 && part.inodes[slot] != 0) {
      sought--;
    }
    part.remove(slot);
  }

  /** Visits all; the table may not be changed meanwhile. */
  void each(Visitor visitor) {
    for (BoundPart part : parts) {
      for (int slot = 0; slot < part.cookies.length; slot++) {
        if (part.cookies[slot] != 0) {
          visit(part, slot, visitor);
        }
      }
    }
  }

  private void visit(BoundPart part, int slot, Visitor visitor) {
    visitor.visit(
        part.cookies[slot],
        owner(part, slot).process(),
        place(part, slot),
        isListening(part, slot));
  }

  /**
   * Visits the processes that have any in the recorder's own network namespace, some of them more
   * than once.
   */
  void eachProcessHere(IntConsumer visitor) {
    owners.each(owner -> {
      if (owner.netns().isEmpty()) {
        visitor.accept(owner.process());
      }
    });
  }

  /** How many there are of that protocol. */
  int count(Protocol protocol, boolean listening) {
    int count = 0;
    for (BoundPart part : parts) {
      for (int slot = 0; slot < part.cookies.length; slot++) {
        if (part.cookies[slot] != 0
            && isListening(part, slot) == listening
            && owner(part, slot).protocol() == protocol) {
          count++;
        }
      }
    }
    return count;
  }

  /** Visits those with that port. */
  void onPort(Port port, Visitor visitor) {
    int left = onPort[counted(port.number())];
    for (int i = 0; left > 0 && i < PARTS; i++) {
      BoundPart part = parts[i];
      for (int slot = 0; slot < part.cookies.length; slot++) {
        if (part.cookies[slot] != 0 && counted(part.ports[slot]) == counted(port.number())) {
          left--;
          if (part.ports[slot] == port.number()) {
            visit(part, slot, visitor);
          }
        }
      }
    }
  }

  /** Takes every mark away. */
  void unmark() {
    for (BoundPart part : parts) {
      for (int slot = 0; slot < part.owners.length; slot++) {
        part.owners[slot] &= ~MARKED;
      }
    }
  }

  void mark(long cookie) {
    BoundPart part = part(cookie);
    int slot = part.slot(cookie);
    if (part.cookies[slot] == cookie) {
      part.owners[slot] |= MARKED;
    }
  }

  /** The cookies of those without a mark. */
  List<Long> unmarked() {
    List<Long> unmarked = new ArrayList<>();
    for (BoundPart part : parts) {
      for (int slot = 0; slot < part.cookies.length; slot++) {
        if (part.cookies[slot] != 0 && (part.owners[slot] & MARKED) == 0) {
          unmarked.add(part.cookies[slot]);
        }
      }
    }
    return unmarked;
  }

  /**
   * Seeks the process of a socket that is there.
   *
   * @param inode of it, 1 to 2^32 - 1
   */
  void seek(long cookie, int inode) {
    BoundPart part = part(cookie);
    int slot = part.slot(cookie);
    if (part.cookies[slot] != cookie || inode == 0) {
      return;
    }
    if (part.inodes.length == 0) {
      part.inodes = new int[part.cookies.length];
    }
    sought += part.inodes[slot] == 0 ? 1 : 0;
    part.inodes[slot] = inode;
  }

  /** How many sockets there are whose process is sought. */
  int sought() {
    return sought;
  }

  /**
   * Asks for the process of each that is sought.
   *
   * @param found visits those whose process was said; the table may not be changed meanwhile
   */
  void eachSought(Sought answers, Visitor found) {
    for (int i = 0; sought > 0 && i < PARTS; i++) {
      BoundPart part = parts[i];
      for (int slot = 0; slot < part.inodes.length; slot++) {
        if (part.inodes[slot] != 0) {
          int process = answers.process(part.inodes[slot]);
          if (process != UNKNOWN) {
            belong(part, slot, process);
            visit(part, slot, found);
          }
        }
      }
    }
  }

  private void belong(BoundPart part, int slot, int process) {
    int number = part.owners[slot] & NUMBER;
    int flags = part.owners[slot] & ~NUMBER;
    part.owners[slot] = owners.add(new Owners.Owner(process, place(part, slot))) | flags;
    owners.remove(number);
    part.inodes[slot] = 0;
    sought--;
  }

  /** Seeks no process any more, and visits the sockets whose process was not found. */
  void stopSeeking(Visitor left) {
    for (int i = 0; sought > 0 && i < PARTS; i++) {
      BoundPart part = parts[i];
      for (int slot = 0; slot < part.inodes.length; slot++) {
        if (part.inodes[slot] != 0) {
          sought--;
          visit(part, slot, left);
        }
      }
    }
    for (BoundPart part : parts) {
      part.inodes = new int[0];
    }
  }
}

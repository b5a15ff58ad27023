package inuse.record;

/** Some sockets by their inodes, each with the first process that was seen to have it. */
final class InodeOwners {
  /** No process. */
  static final int NONE = 0;

  private static final int SLOTS = 1 << 13;
  private static final int MOST = SLOTS / 2;

  /** An odd number with as many ones as zeros. */
  private static final int SPREAD = 0x9e3779b1;

  private static final int SHIFT = 32 - 13;

  private final int[] inodes = new int[SLOTS];
  private final int[] pids = new int[SLOTS];
  private int size;

  /** Whether no other may be added. */
  boolean isFull() {
    return size >= MOST;
  }

  /** Adds a socket, unless it is there. */
  void add(int inode, int pid) {
    int slot = slot(inode);
    if (inode != 0 && inodes[slot] == 0) {
      inodes[slot] = inode;
      pids[slot] = pid;
      size++;
    }
  }

  /** The process that has it, or {@link #NONE}. */
  int pid(int inode) {
    int slot = slot(inode);
    return inodes[slot] == inode ? pids[slot] : NONE;
  }

  void clear() {
    for (int slot = 0; size > 0 && slot < SLOTS; slot++) {
      size -= inodes[slot] == 0 ? 0 : 1;
      inodes[slot] = 0;
      pids[slot] = NONE;
    }
  }

  private int slot(int inode) {
    int slot = (inode * SPREAD) >>> SHIFT;
    while (inodes[slot] != 0 && inodes[slot] != inode) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }
}

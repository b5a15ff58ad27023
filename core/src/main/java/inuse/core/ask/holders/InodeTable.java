package inuse.core.ask.holders;

/**
 * The inodes of very many sockets, and which process was last seen to have each. In two arrays of
 * numbers: an object for each of 100,000 sockets would take more memory than all the rest.
 */
public final class InodeTable {
  private static final int FIRST_SLOTS = 1024;

  /** A multiplier that spreads neighbours over the slots: 2^32 divided by the golden ratio. */
  private static final int SPREAD = 0x9e3779b9;

  /** The 32 bits of an inode; zero for an empty slot. */
  private int[] inodes = new int[FIRST_SLOTS];

  /** The process that has the socket of that slot; zero for none so far. */
  private int[] pids = new int[FIRST_SLOTS];

  private int count;
  private int claimed;

  public void clear() {
    inodes = new int[FIRST_SLOTS];
    pids = new int[FIRST_SLOTS];
    count = 0;
    claimed = 0;
  }

  /** Adds the inode of a socket, which has 32 bits and is not zero. */
  public void add(long inode) {
    if (2 * count >= inodes.length) {
      int[] before = inodes;
      inodes = new int[2 * before.length];
      pids = new int[inodes.length];
      for (int one : before) {
        if (one != 0) {
          inodes[slot(one)] = one;
        }
      }
    }
    int slot = slot((int) inode);
    if (inodes[slot] == 0) {
      inodes[slot] = (int) inode;
      count++;
    }
  }

  private int slot(int inode) {
    int slot = (inode * SPREAD) >>> 7 & (inodes.length - 1);
    while (inodes[slot] != 0 && inodes[slot] != inode) {
      slot = (slot + 1) & (inodes.length - 1);
    }
    return slot;
  }

  /**
   * A process has a socket of that inode.
   *
   * @return whether it is one of these, and was not known of this process
   */
  boolean claim(long inode, int pid) {
    int slot = slot((int) inode);
    if (inodes[slot] == 0 || pids[slot] == pid) {
      return false;
    }
    claimed += pids[slot] == 0 ? 1 : 0;
    pids[slot] = pid;
    return true;
  }

  boolean contains(long inode) {
    return inodes[slot((int) inode)] != 0;
  }

  public int count() {
    return count;
  }

  /** How many of them a process was found to have. */
  int claimed() {
    return claimed;
  }

  /** How many no process was found to have. */
  int left() {
    return count - claimed;
  }
}

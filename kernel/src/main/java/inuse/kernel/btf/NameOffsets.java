package inuse.kernel.btf;

import java.util.Arrays;

/** Which of the wanted names stands at which offset of the strings: a table without objects. */
final class NameOffsets {
  /** A power of two, and far more than the names that any program wants. */
  private static final int SLOTS = 1024;

  private static final int MOST = SLOTS / 2;
  private static final int SPREAD = 0x9e37_79b1;

  private final int[] offsets = new int[SLOTS];
  private final int[] names = new int[SLOTS];
  private int count;

  NameOffsets() {
    Arrays.fill(names, -1);
  }

  /** False where there is no room: then the file is not what it should be. */
  boolean put(int offset, int name) {
    if (count == MOST) {
      return false;
    }
    int slot = slot(offset);
    if (names[slot] < 0) {
      count++;
    }
    offsets[slot] = offset;
    names[slot] = name;
    return true;
  }

  /** The index of the name, or -1. */
  int name(int offset) {
    return names[slot(offset)];
  }

  private int slot(int offset) {
    int slot = (offset * SPREAD) >>> 22;
    while (names[slot] >= 0 && offsets[slot] != offset) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }
}

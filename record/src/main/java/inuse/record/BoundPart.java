package inuse.record;

/**
 * Sockets by their cookies, with what {@link BoundTable} keeps of each: open addressing with linear
 * probing; what is removed leaves no hole.
 */
final class BoundPart {
  private static final int SMALLEST = 1 << 2;

  /** An odd number with as many ones as zeros, which spreads a difference over all bits. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  /** Zero in a slot that is free. */
  long[] cookies = new long[SMALLEST];

  int[] owners = new int[SMALLEST];
  char[] ports = new char[SMALLEST];

  /** Inodes of those whose process is sought; empty where there are none. */
  int[] inodes = new int[0];

  int size;

  /** Where it is, or the free slot where it would be. */
  int slot(long cookie) {
    int mask = cookies.length - 1;
    int slot = home(cookie);
    while (cookies[slot] != 0 && cookies[slot] != cookie) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The first bits tell the part, others the slot. */
  static long spread(long cookie) {
    return cookie * SPREAD;
  }

  private int home(long cookie) {
    return (int) (spread(cookie) >>> 32) & (cookies.length - 1);
  }

  /** Makes room for one more. */
  void makeRoom() {
    if (8 * (size + 1) <= 7 * cookies.length) {
      return;
    }
    long[] oldCookies = cookies;
    int[] oldOwners = owners;
    char[] oldPorts = ports;
    int[] oldInodes = inodes;
    int capacity = 2 * oldCookies.length;
    cookies = new long[capacity];
    owners = new int[capacity];
    ports = new char[capacity];
    inodes = new int[oldInodes.length == 0 ? 0 : capacity];
    for (int i = 0; i < oldCookies.length; i++) {
      if (oldCookies[i] != 0) {
        int slot = slot(oldCookies[i]);
        cookies[slot] = oldCookies[i];
        owners[slot] = oldOwners[i];
        ports[slot] = oldPorts[i];
        if (inodes.length > 0) {
          inodes[slot] = oldInodes[i];
        }
      }
    }
  }

  /** Takes away what is in that slot. */
  void remove(int slot) {
    int hole = slot;
    size--;
    int mask = cookies.length - 1;
    int next = (hole + 1) & mask;
    while (cookies[next] != 0) {
      // One that would be found from the hole on moves there.
      if (((next - home(cookies[next])) & mask) >= ((next - hole) & mask)) {
        cookies[hole] = cookies[next];
        owners[hole] = owners[next];
        ports[hole] = ports[next];
        if (inodes.length > 0) {
          inodes[hole] = inodes[next];
        }
        hole = next;
      }
      next = (next + 1) & mask;
    }
    cookies[hole] = 0;
    if (inodes.length > 0) {
      inodes[hole] = 0;
    }
  }
}

package inuse.core.ask.holders;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The sockets and io_urings that a search for other sockets came past, process by process: who
 * looks for more need not read the same tables again. In arrays of numbers, since a host may have
 * half a million of them.
 */
public final class OtherFiles {
  /** Descriptors that are kept; what was not kept is read again. */
  static final int MAX_FILES = 1 << 18;

  /** In place of an inode, which no socket has. */
  static final long RING = 0;

  private final boolean isOfPort;
  private final Map<Integer, Span> byPid = new HashMap<>();
  private int[] fds = new int[256];
  private int[] inodes = new int[256];
  private int count;
  private int first;
  private boolean isCut;

  /** All sockets and io_urings of the processes that are read. */
  OtherFiles() {
    this(false);
  }

  private OtherFiles(boolean isOfPort) {
    this.isOfPort = isOfPort;
  }

  /** The sockets of one port alone, those of every process of the host. */
  static OtherFiles ofPort() {
    return new OtherFiles(true);
  }

  /** Where the files of a process are. */
  private record Span(int from, int to) {}

  /** Takes the files of one process. */
  interface Taker {
    /** Takes one: a socket, or {@link #RING}. */
    void take(int fd, long inode);
  }

  /** The next process is looked into. */
  void begin() {
    first = count;
  }

  /** The process has such a file; the inode of a socket has 32 bits. */
  void add(int fd, long inode) {
    if (count < MAX_FILES) {
      if (count == fds.length) {
        fds = Arrays.copyOf(fds, 2 * count);
        inodes = Arrays.copyOf(inodes, 2 * count);
      }
      fds[count] = fd;
      inodes[count] = (int) inode;
    }
    count++;
  }

  /** All of that process was read. */
  void end(int pid) {
    if (count <= MAX_FILES) {
      byPid.put(pid, new Span(first, count));
    } else {
      count = first;
      isCut = true;
    }
  }

  /** Gives the files of a process; false where they are not known. */
  boolean of(int pid, Taker taker) {
    return !isOfPort && give(pid, taker);
  }

  /**
   * Gives the sockets of the asked port that a process has, and perhaps more; false where they are
   * not known.
   */
  boolean ofPort(int pid, Taker taker) {
    return give(pid, taker) || (isOfPort && !isCut);
  }

  private boolean give(int pid, Taker taker) {
    Span span = byPid.get(pid);
    if (span == null) {
      return false;
    }
    for (int i = span.from; i < span.to; i++) {
      taker.take(fds[i], Integer.toUnsignedLong(inodes[i]));
    }
    return true;
  }
}

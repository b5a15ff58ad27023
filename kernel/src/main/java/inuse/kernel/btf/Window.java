package inuse.kernel.btf;

import inuse.kernel.SystemCalls;

/** A part of an open file in memory, which moves along the file as it is read. */
final class Window {
  private static final int BYTES = 64 * 1024;

  /** A file of /sys gives no more than a page at a time. */
  private final byte[] piece = new byte[8 * 1024];

  private final byte[] bytes = new byte[BYTES];
  private final SystemCalls calls;
  private final int fd;
  private long from;
  private int count;

  Window(SystemCalls calls, int fd) {
    this.calls = calls;
    this.fd = fd;
  }

  byte[] bytes() {
    return bytes;
  }

  /** How many bytes are there. */
  int end() {
    return count;
  }

  /**
   * Where in {@link #bytes} an offset of the file stands, with at least so many bytes from there.
   *
   * @return negative where the file ends before that, or cannot be read
   */
  int at(long offset, int wanted) {
    if (offset < from || offset + wanted > from + count) {
      move(offset);
    }
    long index = offset - from;
    return index + wanted <= count ? (int) index : -1;
  }

  /** Begins at that offset of the file. */
  void move(long offset) {
    from = offset;
    count = 0;
    while (count < BYTES) {
      int read = calls.readAt(fd, piece, from + count);
      if (read <= 0) {
        return;
      }
      int fitting = Math.min(read, BYTES - count);
      System.arraycopy(piece, 0, bytes, count, fitting);
      count += fitting;
    }
  }
}

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

  /** How much of the file may be read by mapping it; zero for none. */
  private long mapped;

  Window(SystemCalls calls, int fd) {
    this.calls = calls;
    this.fd = fd;
  }

  byte[] bytes() {
    return bytes;
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

  /** Says how much of the file will be read: where all of it is there, it may be mapped. */
  void expect(long end) {
    mapped = end > 0 && calls.readAt(fd, new byte[1], end - 1) == 1 ? end : 0;
  }

  /** Begins at that offset of the file. */
  private void move(long offset) {
    from = offset;
    count = read(bytes, from);
  }

  /** Reads all that fits from that offset of the file on; false where there is less. */
  boolean fill(byte[] into, long offset) {
    return read(into, offset) == into.length;
  }

  private int read(byte[] into, long offset) {
    int length = (int) Math.min(into.length, mapped - offset);
    if (length > 0) {
      // Before Linux 6.16 this file cannot be mapped.
      if (calls.readMapped(fd, into, length, offset) == length) {
        return length;
      }
      mapped = 0;
    }
    int done = 0;
    while (done < into.length) {
      int read = calls.readAt(fd, piece, offset + done);
      if (read <= 0) {
        break;
      }
      int fitting = Math.min(read, into.length - done);
      System.arraycopy(piece, 0, into, done, fitting);
      done += fitting;
    }
    return done;
  }
}

package inuse.core.ask.holders;

import inuse.core.io.Deadline;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.proc.ProcessFiles;
import inuse.kernel.proc.ProcessTables;
import java.util.Arrays;

/**
 * What a worker tells of tables, as bytes: of each process its pid, and how many sockets and
 * io_urings it has, or a negated errno; then the descriptor and the inode of each. All are numbers
 * of four bytes.
 */
final class TableRecords implements ProcessFiles.Table {
  /** A table with more than that is not told. */
  static final int MOST_FILES = 1 << 16;

  private static final int HEADER = 2 * Integer.BYTES;
  private static final int FILE = 2 * Integer.BYTES;

  private final Deadline deadline;
  private byte[] bytes = new byte[1 << 12];
  private int length;
  private int count;

  /** For tables that are read by then. */
  TableRecords(Deadline deadline) {
    this.deadline = deadline;
  }

  /** Takes what was told. */
  interface Taker {
    void begin();

    /** A socket, or {@link OtherFiles#RING}. */
    void file(int fd, long inode);

    void end(int pid);

    /** Instead of all that: the table could not be read. */
    void failed(int pid, Errno errno);
  }

  /** Reads a table, and writes of it, unless it is too large or the time is over. */
  void write(int pid, ProcessTables tables) {
    int begin = length;
    count = 0;
    add(pid, 0);
    switch (tables.table(pid, this)) {
      case CallResult.Failed<Boolean>(var why) -> {
        length = begin;
        add(pid, -why.errno().code());
      }
      case CallResult.Ok<Boolean>(Boolean all) when !all || count > MOST_FILES -> length = begin;
      case CallResult.Ok<Boolean> all -> Bytes.putInt(bytes, begin + Integer.BYTES, count);
    }
  }

  /** What was written since the last time. */
  byte[] taken() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    return taken;
  }

  @Override
  public void socket(int fd, long inode) {
    if (count < MOST_FILES) {
      add(fd, (int) inode);
    }
    count++;
  }

  @Override
  public void ring(int fd) {
    socket(fd, OtherFiles.RING);
  }

  @Override
  public boolean isOver() {
    deadline.grow();
    return count > MOST_FILES || deadline.isOver();
  }

  private void add(int one, int other) {
    if (length + FILE > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    Bytes.putInt(bytes, length, one);
    Bytes.putInt(bytes, length + Integer.BYTES, other);
    length += FILE;
  }

  /** Reads what was written, in pieces of any length. */
  static final class Reader {
    private final Taker taker;
    private byte[] bytes = new byte[1 << 12];
    private int length;

    Reader(Taker taker) {
      this.taker = taker;
    }

    /** Takes more bytes. */
    void take(byte[] more, int count) {
      if (length + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
      }
      System.arraycopy(more, 0, bytes, length, count);
      length += count;
      int at = 0;
      for (int end = end(at); end <= length; end = end(at)) {
        give(at, end);
        at = end;
      }
      System.arraycopy(bytes, at, bytes, 0, length - at);
      length -= at;
    }

    /** Where the record ends that begins there; beyond all bytes where that is not known. */
    private int end(int at) {
      return at + HEADER > length
          ? Integer.MAX_VALUE
          : at + HEADER + FILE * Math.max(0, Bytes.getInt(bytes, at + Integer.BYTES));
    }

    private void give(int at, int end) {
      int pid = Bytes.getInt(bytes, at);
      int result = Bytes.getInt(bytes, at + Integer.BYTES);
      if (result < 0) {
        taker.failed(pid, Errno.of(result));
        return;
      }
      taker.begin();
      for (int file = at + HEADER; file < end; file += FILE) {
        taker.file(Bytes.getInt(bytes, file), Bytes.getUnsignedInt(bytes, file + Integer.BYTES));
      }
      taker.end(pid);
    }
  }
}

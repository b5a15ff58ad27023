package inuse.core.events;

import static inuse.kernel.abi.Constants.LOCK_NB;
import static inuse.kernel.abi.Constants.LOCK_SH;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/** An open segment, read line by line; at its end more may come. */
final class SegmentFile implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  /** A line that is longer is none of ours. */
  private static final int MAX_LINE = 64 * 1024;

  private final SystemCalls calls;
  private final int fd;
  private final byte[] chunk = new byte[CHUNK];
  private final StringBuilder torn = new StringBuilder();
  private long offset;
  private int at;
  private int end;

  private SegmentFile(SystemCalls calls, int fd) {
    this.calls = calls;
    this.fd = fd;
  }

  static SegmentFile open(Host host, String path) {
    return new SegmentFile(host.calls(), host.proc().openFile(path));
  }

  /**
   * The next whole line, one char a byte, without its end; empty where there is none yet. A line
   * that is too long is empty text.
   */
  Optional<String> next() {
    while (true) {
      int from = at;
      while (at < end && chunk[at] != '\n') {
        at++;
      }
      if (torn.length() <= MAX_LINE) {
        torn.append(Bytes.text(chunk, from, at - from));
      }
      if (at < end) {
        at++;
        String line = torn.length() > MAX_LINE ? "" : torn.toString();
        torn.setLength(0);
        return Optional.of(line);
      }
      int count = fd < 0 ? 0 : calls.readAt(fd, chunk, offset);
      if (count <= 0) {
        return Optional.empty();
      }
      offset += count;
      at = 0;
      end = count;
    }
  }

  /** Goes on with the first whole line of that many bytes at its end. */
  void skipToLast(int bytes) {
    long from = fd < 0 ? 0 : FileStatus.size(calls, fd) - bytes;
    if (from > 0) {
      offset = from;
      // The rest of a line.
      var _ = next();
    }
  }

  /** Whether the recorder that wrote it has it open: it holds a lock on it. */
  boolean isBeingWritten() {
    return fd >= 0 && calls.lock(fd, LOCK_SH | LOCK_NB) == -Errno.EAGAIN.code();
  }

  @Override
  public void close() {
    if (fd >= 0) {
      calls.close(fd);
    }
  }
}

package inuse.core.events;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/** An open segment, read line by line; at its end more may come. */
public final class SegmentFile implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  /** A line that is longer is none of ours. */
  private static final int MAX_LINE = 64 * 1024;

  private final SystemCalls calls;
  private final int fd;
  private final byte[] chunk = new byte[CHUNK];
  private final StringBuilder torn = new StringBuilder();
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
  public Optional<String> next() {
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
      int count = fd < 0 ? 0 : calls.read(fd, chunk);
      if (count <= 0) {
        return Optional.empty();
      }
      at = 0;
      end = count;
    }
  }

  @Override
  public void close() {
    if (fd >= 0) {
      calls.close(fd);
    }
  }
}

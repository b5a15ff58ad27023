package inuse.core.io;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;

import inuse.core.evidence.Reading;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;

/** Reads a pipe or a socket until its end, a deadline, or a size limit. */
final class FdReader {
  private final SystemCalls calls;
  private final int fd;
  private final long endNanos;
  private final StringBuilder text = new StringBuilder();
  private final byte[] chunk = new byte[16 * 1024];

  /**
   * A reader of that descriptor.
   *
   * @param endNanos on CLOCK_MONOTONIC
   */
  FdReader(SystemCalls calls, int fd, long endNanos) {
    this.calls = calls;
    this.fd = fd;
    this.endNanos = endNanos;
  }

  /** Decides whether what was read so far is enough. */
  interface Enough {
    boolean test(StringBuilder soFar);
  }

  /** Everything up to the end. */
  Reading<String> all() {
    return until(soFar -> false);
  }

  /** Everything up to the end, or until it is enough. */
  Reading<String> until(Enough enough) {
    while (true) {
      long left = endNanos - calls.clockNanos(CLOCK_MONOTONIC);
      int ready = left <= 0 ? 0 : calls.awaitInput(fd, left);
      if (ready == 0) {
        return Reading.unknown(Reading.Why.TIMED_OUT);
      }
      int count = ready < 0 ? ready : calls.read(fd, chunk);
      if (count == -Errno.EINTR.code() || count == -Errno.EAGAIN.code()) {
        continue;
      }
      if (count < 0) {
        return Reading.unknown(Reading.Why.UNREADABLE);
      }
      text.append(Bytes.text(chunk, 0, count));
      if (text.length() > ExternalCommand.MAX_BYTES) {
        return Reading.unknown(Reading.Why.TOO_MANY);
      }
      if (count == 0 || enough.test(text)) {
        return Reading.known(text.toString());
      }
    }
  }
}

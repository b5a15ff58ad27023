package inuse.cli.terminal;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_NOCTTY;
import static inuse.kernel.abi.Constants.O_NONBLOCK;
import static inuse.kernel.abi.Constants.O_WRONLY;
import static inuse.kernel.abi.Constants.S_IFCHR;
import static inuse.kernel.abi.Constants.S_IFIFO;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.Optional;

/**
 * Writes messages whose reader may have stopped reading: what does not fit in a short time is
 * dropped and counted, and the next message that fits tells how many were lost.
 *
 * <p>O_NONBLOCK belongs to the open file, which the program that is started shares. A pipe or a
 * terminal is therefore opened a second time for it; a socket has room for a small piece when
 * poll(2) says that there is room.
 */
final class BoundedWriter {
  /** How long a message may wait; none waits behind one that was lost. */
  private static final long PATIENCE = Duration.ofMillis(100).toNanos();

  /** A pause where there is room, but not enough. */
  private static final long PAUSE = Duration.ofMillis(10).toNanos();

  /** PIPE_BUF of linux/limits.h: a pipe that poll(2) calls writable takes so much at once. */
  private static final int PIECE = 4096;

  private final SystemCalls calls;
  private int lost;

  /** Whether the last one was lost in its middle. */
  private boolean cut;

  BoundedWriter(SystemCalls calls) {
    this.calls = calls;
  }

  /** Writes all of it, or drops the rest; the error where the descriptor takes nothing any more. */
  Optional<Errno> write(int fd, byte[] message) {
    byte[] bytes = lost == 0 ? message : withLost(message);
    long until = now() + (lost == 0 ? PATIENCE : 0);
    int kind =
        FileStatus.of(calls, fd) instanceof CallResult.Ok<FileStatus>(FileStatus file)
            ? file.kind()
            : 0;
    int own = kind == S_IFIFO || kind == S_IFCHR ? reopened(fd) : -1;
    try {
      int piece = kind == S_IFCHR && own < 0 ? 1 : PIECE;
      return write(own < 0 ? fd : own, bytes, piece, until);
    } finally {
      if (own >= 0) {
        calls.close(own);
      }
    }
  }

  private int reopened(int fd) {
    return calls.open(
        AT_FDCWD, Bytes.of("/proc/self/fd/" + fd), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }

  private Optional<Errno> write(int fd, byte[] bytes, int piece, long until) {
    int written = 0;
    while (written < bytes.length) {
      int room = calls.awaitOutput(fd, Math.max(0, until - now()));
      int count =
          room > 0 ? calls.write(fd, bytes, written, Math.min(piece, bytes.length - written)) : 0;
      boolean again = room > 0 ? count == -Errno.EAGAIN.code() : room == -Errno.EINTR.code();
      if (again && now() < until) {
        calls.awaitInputs(new int[0], new int[0], PAUSE);
      } else if (room <= 0 || again) {
        lost++;
        cut |= written > 0;
        return Optional.empty();
      } else if (count <= 0) {
        return count == 0 ? Optional.empty() : Optional.of(Errno.of(count));
      }
      written += Math.max(count, 0);
    }
    lost = 0;
    cut = false;
    return Optional.empty();
  }

  private byte[] withLost(byte[] message) {
    byte[] note =
        Bytes.utf8(
            (cut ? "\n" : "")
                + "inuse: "
                + lost
                + (lost == 1 ? " message was" : " messages were")
                + " not read in time\n");
    byte[] both = new byte[note.length + message.length];
    System.arraycopy(note, 0, both, 0, note.length);
    System.arraycopy(message, 0, both, note.length, message.length);
    return both;
  }

  private long now() {
    return calls.clockNanos(CLOCK_MONOTONIC);
  }
}

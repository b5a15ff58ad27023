package inuse.kernel.fake;

import inuse.kernel.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Standard input, output and error. */
final class FakeTerminal {
  private static final int EAGAIN = 11;

  private final FakeRefusals refusals;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final Deque<String> typed = new ArrayDeque<>();
  private final Deque<String> answers = new ArrayDeque<>();

  /** The width of the terminal, where standard output is one. */
  Optional<Integer> columns = Optional.empty();

  /** Bytes that one write(2) takes at most. */
  int mostWritten = Integer.MAX_VALUE;

  /** Bytes that fit until the reader goes on, of a pipe that nobody reads. */
  Optional<Integer> room = Optional.empty();

  FakeTerminal(FakeRefusals refusals) {
    this.refusals = refusals;
  }

  void type(String line) {
    typed.add(line);
  }

  void answer(String line) {
    answers.add(line);
  }

  boolean hasTyped() {
    return !typed.isEmpty();
  }

  /** A line, which is read once: what was typed already, else what is typed now. */
  int read(byte[] into) {
    String next = typed.isEmpty() ? answers.poll() : typed.poll();
    byte[] line = Bytes.of(next == null ? "" : next);
    System.arraycopy(line, 0, into, 0, line.length);
    return line.length;
  }

  int write(int fd, byte[] from, int offset, int length) {
    int refusal = refusals.of("write", Integer.toString(fd));
    if (refusal < 0) {
      return refusal;
    }
    if (room.filter(left -> left == 0).isPresent()) {
      throw new AssertionError("a write that waits for ever");
    }
    int count = Math.min(Math.min(length, mostWritten), room.orElse(Integer.MAX_VALUE));
    room = room.map(left -> left - count);
    (fd == 1 ? stdout : stderr).write(from, offset, count);
    return count;
  }

  /** Whether a write(2) would not have to wait. */
  boolean hasRoom(int fd) {
    return refusals.of("write", Integer.toString(fd)) != -EAGAIN;
  }

  boolean isRead(int fd) {
    return fd > 2 || room.filter(left -> left == 0).isEmpty();
  }

  String stdout() {
    return stdout.toString(StandardCharsets.UTF_8);
  }

  String stderr() {
    return stderr.toString(StandardCharsets.UTF_8);
  }
}

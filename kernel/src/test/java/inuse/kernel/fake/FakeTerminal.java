package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.ECHO;
import static inuse.kernel.abi.Constants.ICANON;
import static inuse.kernel.abi.Constants.ICRNL;
import static inuse.kernel.abi.Constants.IEXTEN;
import static inuse.kernel.abi.Constants.IXON;
import static inuse.kernel.abi.Constants.POLLERR;
import static inuse.kernel.abi.Constants.POLLIN;
import static inuse.kernel.abi.Constants.TCGETS;
import static inuse.kernel.abi.Constants.TCSETS;
import static inuse.kernel.abi.Constants.TIOCGWINSZ;

import inuse.kernel.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Standard input, output and error. */
final class FakeTerminal {
  private static final int EAGAIN = 11;
  private static final int EPIPE = 32;

  /** sizeof(struct termios) in asm-generic/termbits.h. */
  private static final int MODE_BYTES = 36;

  private static final int LOCAL_AT = 12;

  private final FakeRefusals refusals;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final Deque<String> typed = new ArrayDeque<>();
  private final Deque<String> answers = new ArrayDeque<>();

  /** The width of the terminal, where standard output is one. */
  Optional<Integer> columns = Optional.empty();

  /** Its height, zero where it is not known. */
  int rows;

  /** struct termios, that of a new terminal at first. */
  private byte[] mode = cooked();

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

  /** Keys that were typed, or that nobody reads what is written any more. */
  int events(int fd) {
    if (fd == 0) {
      return typed.isEmpty() ? 0 : POLLIN;
    }
    return refusals.of("write", Integer.toString(fd)) == -EPIPE ? POLLERR : 0;
  }

  /** A line, which is read once: what was typed already, else what is typed now. */
  int read(byte[] into) {
    String next = typed.isEmpty() ? answers.poll() : typed.poll();
    byte[] line = Bytes.of(next == null ? "" : next);
    System.arraycopy(line, 0, into, 0, line.length);
    return line.length;
  }

  private static byte[] cooked() {
    byte[] mode = new byte[MODE_BYTES];
    Bytes.putInt(mode, 0, ICRNL | IXON);
    Bytes.putInt(mode, LOCAL_AT, ICANON | ECHO | IEXTEN);
    return mode;
  }

  boolean isRaw() {
    return (Bytes.getInt(mode, LOCAL_AT) & (ICANON | ECHO)) == 0;
  }

  /** ioctl_tty(2), as far as it is used. */
  Optional<Integer> ioctl(long request, byte[] argument) {
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    if (request == TIOCGWINSZ) {
      Bytes.putShort(argument, 0, rows);
      Bytes.putShort(argument, 2, columns.get());
    } else if (request == TCGETS) {
      System.arraycopy(mode, 0, argument, 0, MODE_BYTES);
    } else if (request == TCSETS) {
      mode = argument.clone();
    } else {
      return Optional.empty();
    }
    return Optional.of(0);
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

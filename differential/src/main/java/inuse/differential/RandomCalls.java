package inuse.differential;

import inuse.kernel.SystemCalls;
import inuse.kernel.abi.Architecture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a random kernel: what is open, what was asked of it, and whether the next call
 * fails.
 */
abstract class RandomCalls implements SystemCalls {
  static final int EBADF = 9;

  private static final int MAX_CALLS = 20_000;
  private static final int MAX_TRACE = 20_000;
  private static final String OPEN_FILES = "/proc/self/fd/";

  final RandomInputs random;
  final int port;
  final Map<Integer, Open> open = new TreeMap<>();
  private final int chancesOfFailure;
  private final StringBuilder trace = new StringBuilder();
  private int descriptors = 2;
  private int used;

  /** An open file, directory or socket, with the data that is not read yet. */
  record Open(String path, Deque<byte[]> left) {}

  RandomCalls(RandomInputs random, int port) {
    this.random = random;
    this.port = port;
    chancesOfFailure = random.pick(List.of(6, 30, 1_000_000));
  }

  /** The calls, with the bytes that they carried. */
  String trace() {
    return trace.toString();
  }

  /** Notes a call; nothing may ask for ever. */
  final void note(String call, byte[] bytes) {
    if (++used > MAX_CALLS) {
      throw new IllegalStateException("more than " + MAX_CALLS + " system calls");
    }
    if (trace.length() < MAX_TRACE) {
      trace.append(call).append(' ').append(Describe.hex(bytes)).append('\n');
    }
  }

  final void note(String call, String text) {
    note(call, Describe.latin1(text));
  }

  final int told(String call, byte[] bytes) {
    note(call, bytes);
    return fails() ? failure() : 0;
  }

  final boolean fails() {
    return random.oneIn(chancesOfFailure);
  }

  final int failure() {
    return -random.pick(List.of(1, 2, 3, 5, 13, 22, 24, 105, 4000));
  }

  final int opened(List<byte[]> content) {
    return opened("", content);
  }

  final int opened(String path, List<byte[]> content) {
    open.put(++descriptors, new Open(path, new ArrayDeque<>(content)));
    return descriptors;
  }

  /** The path, or that of the descriptor that it names. */
  final String path(String name) {
    if (!name.startsWith(OPEN_FILES)) {
      return name;
    }
    return open.entrySet().stream()
        .filter(one -> name.equals(OPEN_FILES + one.getKey()))
        .map(one -> one.getValue().path())
        .findFirst()
        .orElse(name);
  }

  /** The length of what came next, which may be more than fits. */
  final int next(int fd, byte[] into) {
    Open file = open.get(fd);
    if (file == null) {
      return -EBADF;
    }
    byte[] chunk = file.left.poll();
    if (chunk == null) {
      return 0;
    }
    System.arraycopy(chunk, 0, into, 0, Math.min(chunk.length, into.length));
    return chunk.length;
  }

  static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public int close(int fd) {
    return open.remove(fd) == null ? -EBADF : 0;
  }

  @Override
  public Architecture architecture() {
    return Architecture.X86_64;
  }
}

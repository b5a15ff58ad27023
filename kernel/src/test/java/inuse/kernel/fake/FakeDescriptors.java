package inuse.kernel.fake;

import inuse.kernel.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The descriptors that the process under test has open. */
final class FakeDescriptors {
  private static final int FIRST = 3;
  private static final String THROUGH = "/proc/self/fd/";
  private static final int EBADF = 9;

  private final Map<Integer, FakeDescriptor> open = new TreeMap<>();
  private final Map<Integer, List<FakeDescriptor>> inherited = new HashMap<>();
  private final Set<Integer> kept = new HashSet<>();
  private int next = FIRST;
  private int opened;
  private long softLimit = Long.MAX_VALUE;
  private long hardLimit = Long.MAX_VALUE;

  int add(FakeDescriptor descriptor) {
    open.put(next, descriptor);
    opened++;
    return next++;
  }

  /** Whether it has as many as it may have. */
  boolean isFull() {
    return FIRST + open.size() >= softLimit;
  }

  /** How many the process may have, and how many it may allow itself. */
  void limits(long soft, long hard) {
    softLimit = soft;
    hardLimit = hard;
  }

  /** prlimit(2) of RLIMIT_NOFILE. */
  void limit(byte[] limits, byte[] former) {
    Bytes.putLong(former, 0, softLimit);
    Bytes.putLong(former, Long.BYTES, hardLimit);
    if (limits.length > 0) {
      limits(Bytes.getLong(limits, 0), Bytes.getLong(limits, Long.BYTES));
    }
  }

  /** One that is open, or the end of the test. */
  FakeDescriptor get(int fd) {
    return find(fd)
        .orElseThrow(() -> new AssertionError("use of descriptor " + fd + ", which is not open"));
  }

  Optional<FakeDescriptor> find(int fd) {
    return Optional.ofNullable(open.get(fd));
  }

  /** A path through /proc/self/fd, as the path of what is open there; any other as it is. */
  String resolved(String path) {
    if (!path.startsWith(THROUGH)) {
      return path;
    }
    int end = path.indexOf('/', THROUGH.length());
    String number = path.substring(THROUGH.length(), end < 0 ? path.length() : end);
    Optional<FakeDescriptor> there =
        number.matches("[0-9]+") ? find(Integer.parseInt(number)) : Optional.empty();
    return there.map(one -> one.path + (end < 0 ? "" : path.substring(end))).orElse(path);
  }

  /** What a failed call returned is no descriptor, and nothing is closed by it. */
  int close(int fd) {
    if (fd < 0) {
      return -EBADF;
    }
    if (kept.contains(fd)) {
      return 0;
    }
    FakeDescriptor closed = open.remove(fd);
    if (closed == null) {
      throw new AssertionError("close of descriptor " + fd + ", which is not open");
    }
    reader(closed).filter(one -> one.written).ifPresent(one -> one.ended = true);
    return 0;
  }

  /** Writes into a pipe, for whoever reads its other end. */
  int write(FakeDescriptor pipe, byte[] from, int offset, int length) {
    FakeDescriptor reader = reader(pipe).orElseThrow();
    reader.written = true;
    reader.stream.add(Arrays.copyOfRange(from, offset, offset + length));
    return length;
  }

  private Optional<FakeDescriptor> reader(FakeDescriptor pipe) {
    return pipe.path.equals("pipe") && !pipe.isStream ? find(pipe.pid) : Optional.empty();
  }

  /** Runs a copy of the process: what is open now stays open, and what it opens goes with it. */
  void fork(Runnable copy) {
    kept.addAll(open.keySet());
    open.values().forEach(one -> reader(one).ifPresent(reader -> reader.written = true));
    try {
      copy.run();
    } catch (IllegalStateException death) {
      // Nobody is told.
    } finally {
      open.keySet().retainAll(kept);
      kept.clear();
    }
  }

  /** A second descriptor of the same file; standard streams can be copied too. */
  int duplicate(int fd) {
    return add(fd < FIRST ? new FakeDescriptor("copy of " + fd) : get(fd).copy());
  }

  List<FakeDescriptor> all() {
    return new ArrayList<>(open.values());
  }

  /** A child has copies of these. */
  void inherit(int pid, int... fds) {
    inherited.put(pid, Arrays.stream(fds).mapToObj(fd -> get(fd).copy()).toList());
  }

  /** What a child has, in the order of its own numbers; empty once it has ended. */
  List<FakeDescriptor> inherited(int pid) {
    return inherited.getOrDefault(pid, List.of());
  }

  /** A child has ended, and with it what it had. */
  void leave(int pid) {
    inherited.remove(pid);
  }

  /** Whether any descriptor stands for that socket, here or in a child. */
  boolean isOpen(FakeSocket socket) {
    return Stream.concat(open.values().stream(), inherited.values().stream().flatMap(List::stream))
        .anyMatch(one -> one.socket.filter(socket::equals).isPresent());
  }

  int opened() {
    return opened;
  }
}

package inuse.kernel.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The descriptors that the process under test has open. */
final class FakeDescriptors {
  private static final int FIRST = 3;

  private final Map<Integer, FakeDescriptor> open = new TreeMap<>();
  private int next = FIRST;
  private int opened;

  int add(FakeDescriptor descriptor) {
    open.put(next, descriptor);
    opened++;
    return next++;
  }

  /** One that is open, or the end of the test. */
  FakeDescriptor get(int fd) {
    return find(fd)
        .orElseThrow(() -> new AssertionError("use of descriptor " + fd + ", which is not open"));
  }

  Optional<FakeDescriptor> find(int fd) {
    return Optional.ofNullable(open.get(fd));
  }

  int close(int fd) {
    if (open.remove(fd) == null) {
      throw new AssertionError("close of descriptor " + fd + ", which is not open");
    }
    return 0;
  }

  /** A second descriptor of the same file; standard streams can be copied too. */
  int duplicate(int fd) {
    return add(fd < FIRST ? new FakeDescriptor("copy of " + fd) : get(fd).copy());
  }

  List<FakeDescriptor> all() {
    return new ArrayList<>(open.values());
  }

  /** Whether any descriptor stands for that socket. */
  boolean isOpen(FakeSocket socket) {
    return open.values().stream().anyMatch(one -> one.socket.filter(socket::equals).isPresent());
  }

  int opened() {
    return opened;
  }
}

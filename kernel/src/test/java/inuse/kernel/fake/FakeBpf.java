package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.BPF_ITER_CREATE;
import static inuse.kernel.abi.Constants.BPF_LINK_CREATE;

import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A kernel that takes programs for its iterators, keeps what it was given, and lets an iterator
 * tell what a test scripted. It runs nothing.
 */
public final class FakeBpf {
  static final String ITERATOR = "bpf iterator";

  private static final int EBADF = 9;
  private static final int EINVAL = 22;
  private static final int ENOENT = 2;
  private static final int INSTRUCTION_BYTES = 8;

  private final FakeRefusals refusals;
  private final FakeDescriptors descriptors;
  private final Map<Integer, Deque<Object>> scripts = new HashMap<>();
  private final Map<Integer, Integer> attached = new HashMap<>();
  private final List<byte[]> programs = new ArrayList<>();
  private String opinion = "";

  FakeBpf(FakeRefusals refusals, FakeDescriptors descriptors) {
    this.refusals = refusals;
    this.descriptors = descriptors;
  }

  /** Lets the iterator of that function tell this when it is read next, and so on. */
  public FakeBpf tells(int function, byte[]... pieces) {
    script(function).addAll(List.of(pieces));
    return this;
  }

  /** Lets the next read of it fail. */
  public FakeBpf fails(int function, Errno errno) {
    script(function).add(errno);
    return this;
  }

  /** What the kernel says of a program that it does not take. */
  public FakeBpf opinion(String text) {
    opinion = text;
    return this;
  }

  /** The programs that were taken or refused, in order. */
  public List<byte[]> programs() {
    return List.copyOf(programs);
  }

  private Deque<Object> script(int function) {
    return scripts.computeIfAbsent(function, one -> new ArrayDeque<>());
  }

  int load(byte[] attributes, byte[] instructions, byte[] licence, byte[] log) {
    if (instructions.length == 0 || instructions.length % INSTRUCTION_BYTES != 0) {
      throw new AssertionError("a program of " + instructions.length + " bytes");
    }
    programs.add(instructions.clone());
    int function = Bytes.getInt(attributes, 108);
    int refusal = refusals.of("bpf", "load " + function);
    refusal = refusal == 0 ? refusals.of("bpf", "load") : refusal;
    if (refusal == 0 && !isKnown(licence)) {
      refusal = -EINVAL;
    }
    if (refusal < 0) {
      byte[] said = opinion.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(said, 0, log, 0, Math.min(said.length, log.length));
      return refusal;
    }
    return add("bpf program", function);
  }

  /** include/linux/license.h. */
  private static boolean isKnown(byte[] licence) {
    return List.of("GPL\0", "GPL v2\0", "Dual BSD/GPL\0", "Dual MIT/GPL\0", "Dual MPL/GPL\0")
        .contains(new String(licence, StandardCharsets.ISO_8859_1));
  }

  private int add(String path, int function) {
    int fd = descriptors.add(new FakeDescriptor(path));
    attached.put(fd, function);
    return fd;
  }

  int call(int command, byte[] attributes) {
    int given = Bytes.getInt(attributes, 0);
    if (descriptors.find(given).isEmpty()) {
      return -EBADF;
    }
    int function = attached.getOrDefault(given, 0);
    return switch (command) {
      case BPF_LINK_CREATE -> made("link", "bpf link", function);
      case BPF_ITER_CREATE -> made("iterate", ITERATOR, function);
      default -> -EINVAL;
    };
  }

  private int made(String call, String path, int function) {
    int refusal = refusals.of("bpf", call);
    return refusal < 0 ? refusal : add(path, function);
  }

  int read(int fd, byte[] into) {
    Object next = script(attached.getOrDefault(fd, -ENOENT)).poll();
    if (next instanceof Errno errno) {
      return -errno.code();
    }
    byte[] piece = next instanceof byte[] bytes ? bytes : new byte[0];
    if (piece.length > into.length) {
      throw new AssertionError("the kernel gives " + piece.length + " bytes at once");
    }
    System.arraycopy(piece, 0, into, 0, piece.length);
    return piece.length;
  }
}

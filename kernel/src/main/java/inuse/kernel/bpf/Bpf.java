package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.BPF_ITER_CREATE;
import static inuse.kernel.abi.Constants.BPF_LINK_CREATE;
import static inuse.kernel.abi.Constants.BPF_MAP_CREATE;
import static inuse.kernel.abi.Constants.BPF_PROG_TYPE_TRACING;
import static inuse.kernel.abi.Constants.BPF_TRACE_ITER;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;

/**
 * The one door to bpf(2): a program is given to the kernel, and put to one of its iterators, which
 * is read to its end, or attached to a control group. An iterator takes CAP_BPF and CAP_PERFMON, a
 * control group CAP_BPF and CAP_NET_ADMIN, either CAP_SYS_ADMIN instead, all in the first user
 * namespace. Nothing stays in the kernel: program, link and map go when their descriptors are
 * closed.
 */
public final class Bpf {
  /** What is read of an iterator at once: all that the kernel collects for one read(2). */
  private static final int CHUNK = 32 * 1024;

  private static final int INSTRUCTION_BYTES = 8;
  private static final int LOAD_BYTES = 112;
  private static final int LINK_BYTES = 16;
  private static final int ITERATOR_BYTES = 8;
  private static final int LOG_LEVEL_AT = 24;
  private static final int NAME_AT = 48;
  private static final int ATTACH_TYPE_AT = 68;
  private static final int ATTACH_ID_AT = 108;
  private static final int MAP_BYTES = 48;
  private static final int MAP_NAME_AT = 28;
  private static final int LOG_BYTES = 64 * 1024;

  /** A log_level that says each instruction, also of a program that is taken. */
  private static final int EVERY_INSTRUCTION = 2;

  private final SystemCalls calls;

  public Bpf(SystemCalls calls) {
    this.calls = calls;
  }

  /** A program. */
  public static final class Program {
    private final byte[] instructions;
    private final String licence;
    private final int type;
    private final int attachType;
    private final int attachTo;

    /**
     * A program for an iterator.
     *
     * @param instructions struct bpf_insn one after the other
     * @param licence as the kernel has to know it, or it refuses what the program calls
     * @param attachTo the id of the iterator's function among the kernel's types
     */
    public Program(byte[] instructions, String licence, int attachTo) {
      this(instructions, licence, BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, attachTo);
    }

    private Program(byte[] instructions, String licence, int type, int attachType, int attachTo) {
      this.instructions = instructions;
      this.licence = licence;
      this.type = type;
      this.attachType = attachType;
      this.attachTo = attachTo;
    }

    /**
     * A program for a control group.
     *
     * @param type one of BPF_PROG_TYPE_CGROUP_SOCK and the like
     * @param attachType one of BPF_CGROUP_INET4_BIND and the like
     */
    public static Program ofGroup(byte[] instructions, String licence, int type, int attachType) {
      return new Program(instructions, licence, type, attachType, 0);
    }

    /** The same under another licence. */
    public Program under(String other) {
      return new Program(instructions, other, type, attachType, attachTo);
    }

    /** How far the instruction at that index jumps. */
    public int jump(int index) {
      return (short) Bytes.getShort(instructions, index * INSTRUCTION_BYTES + 2);
    }
  }

  /** Takes what an iterator writes, as much as it collected; false to leave it at that. */
  public interface Reader {
    boolean read(byte[] bytes, int length);
  }

  /** An iterator that has not been read yet: a descriptor, which has to be closed. */
  public CallResult<Integer> iterator(Program program) {
    return switch (load(program)) {
      case CallResult.Failed<Integer>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<Integer>(Integer loaded) -> iterator(loaded);
    };
  }

  /** Gives a program to the kernel: a descriptor of it, which has to be closed. */
  public CallResult<Integer> load(Program program) {
    int loaded = load(program, new byte[0], 0);
    return loaded < 0 ? CallResult.failed("bpf", "PROG_LOAD", loaded) : new CallResult.Ok<>(loaded);
  }

  /** An iterator that calls a program, of which the descriptor is closed. */
  private CallResult<Integer> iterator(int loaded) {
    try {
      int linked = link(loaded, 0, BPF_TRACE_ITER);
      if (linked < 0) {
        return CallResult.failed("bpf", "LINK_CREATE", linked);
      }
      byte[] iterator = new byte[ITERATOR_BYTES];
      Bytes.putInt(iterator, 0, linked);
      int created = calls.bpf(BPF_ITER_CREATE, iterator);
      calls.close(linked);
      return created < 0
          ? CallResult.failed("bpf", "ITER_CREATE", created)
          : new CallResult.Ok<>(created);
    } finally {
      calls.close(loaded);
    }
  }

  private int link(int loaded, int target, int attachType) {
    byte[] link = new byte[LINK_BYTES];
    Bytes.putInt(link, 0, loaded);
    Bytes.putInt(link, 4, target);
    Bytes.putInt(link, 8, attachType);
    return calls.bpf(BPF_LINK_CREATE, link);
  }

  /**
   * Gives the kernel a program that it calls for each socket made in a control group or below: a
   * descriptor of the link, which has to be closed, and holds the program.
   *
   * @param group a directory of cgroup v2, open
   */
  public CallResult<Integer> attach(Program program, int group) {
    return switch (load(program)) {
      case CallResult.Failed<Integer>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<Integer>(Integer loaded) -> {
        int linked = link(loaded, group, program.attachType);
        calls.close(loaded);
        yield linked < 0
            ? CallResult.failed("bpf", "LINK_CREATE", linked)
            : new CallResult.Ok<>(linked);
      }
    };
  }

  /**
   * A map: a descriptor, which has to be closed.
   *
   * @param entries how many elements it has at most; of a ring buffer, its bytes
   */
  public CallResult<Integer> map(int type, int keyBytes, int valueBytes, int entries, int flags) {
    byte[] attributes = new byte[MAP_BYTES];
    Bytes.putInt(attributes, 0, type);
    Bytes.putInt(attributes, 4, keyBytes);
    Bytes.putInt(attributes, 8, valueBytes);
    Bytes.putInt(attributes, 12, entries);
    Bytes.putInt(attributes, 16, flags);
    putName(attributes, MAP_NAME_AT);
    int map = calls.bpf(BPF_MAP_CREATE, attributes);
    return map < 0 ? CallResult.failed("bpf", "MAP_CREATE", map) : new CallResult.Ok<>(map);
  }

  private static void putName(byte[] attributes, int at) {
    byte[] name = Bytes.of("inuse");
    System.arraycopy(name, 0, attributes, at, name.length);
  }

  /** Why the kernel does not take a program, in its own words; empty where it does. */
  public String refusal(Program program) {
    byte[] log = new byte[LOG_BYTES];
    return isTaken(program, log, 1) ? "" : text(log);
  }

  /** How the kernel read a program, in its own words, whether it takes it or not. */
  String reading(Program program) {
    byte[] log = new byte[LOG_BYTES];
    isTaken(program, log, EVERY_INSTRUCTION);
    return text(log);
  }

  private boolean isTaken(Program program, byte[] log, int level) {
    int loaded = load(program, log, level);
    if (loaded >= 0) {
      calls.close(loaded);
    }
    return loaded >= 0;
  }

  private static String text(byte[] log) {
    int end = 0;
    while (end < log.length && log[end] != 0) {
      end++;
    }
    return Bytes.text(log, 0, end);
  }

  private int load(Program program, byte[] log, int level) {
    byte[] attributes = new byte[LOAD_BYTES];
    Bytes.putInt(attributes, LOG_LEVEL_AT, level);
    Bytes.putInt(attributes, 0, program.type);
    putName(attributes, NAME_AT);
    Bytes.putInt(attributes, ATTACH_TYPE_AT, program.attachType);
    Bytes.putInt(attributes, ATTACH_ID_AT, program.attachTo);
    return calls.loadProgram(
        attributes, program.instructions, Bytes.of(program.licence + "\0"), log);
  }

  /**
   * Reads an iterator to its end. EAGAIN means that the kernel has looked at a million objects
   * without a word, and goes on where it was.
   *
   * @return whether the reader wanted all; E2BIG where the program wrote more about one object than
   *     the kernel collects
   */
  public CallResult<Boolean> read(int iterator, Reader reader) {
    byte[] chunk = new byte[CHUNK];
    while (true) {
      int count = calls.read(iterator, chunk);
      if (count < 0 && count != -Errno.EAGAIN.code()) {
        return CallResult.failed("read", "iterator", count);
      }
      if (count == 0 || !reader.read(chunk, Math.max(count, 0))) {
        return new CallResult.Ok<>(count == 0);
      }
    }
  }
}

package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.BPF_ITER_CREATE;
import static inuse.kernel.abi.Constants.BPF_LINK_CREATE;
import static inuse.kernel.abi.Constants.BPF_PROG_TYPE_TRACING;
import static inuse.kernel.abi.Constants.BPF_TRACE_ITER;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;

/**
 * The one door to bpf(2): a program is given to the kernel, put to one of its iterators, and that
 * is read to its end. It takes CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, all in the first user
 * namespace. Nothing stays in the kernel: program and link go when their descriptors are closed.
 */
public final class Bpf {
  /** What is read of an iterator at once: all that the kernel collects for one read(2). */
  private static final int CHUNK = 32 * 1024;

  private static final int INSTRUCTION_BYTES = 8;
  private static final int LOAD_BYTES = 112;
  private static final int LINK_BYTES = 16;
  private static final int ITERATOR_BYTES = 8;
  private static final int NAME_AT = 48;
  private static final int ATTACH_TYPE_AT = 68;
  private static final int ATTACH_ID_AT = 108;
  private static final int LOG_BYTES = 64 * 1024;

  private final SystemCalls calls;

  public Bpf(SystemCalls calls) {
    this.calls = calls;
  }

  /** A program for an iterator. */
  public static final class Program {
    private final byte[] instructions;
    private final String licence;
    private final int attachTo;

    /**
     * A program.
     *
     * @param instructions struct bpf_insn one after the other
     * @param licence as the kernel has to know it, or it refuses what the program calls
     * @param attachTo the id of the iterator's function among the kernel's types
     */
    public Program(byte[] instructions, String licence, int attachTo) {
      this.instructions = instructions;
      this.licence = licence;
      this.attachTo = attachTo;
    }

    /** The same under another licence. */
    public Program under(String other) {
      return new Program(instructions, other, attachTo);
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
    int loaded = load(program, new byte[0]);
    return loaded < 0 ? CallResult.failed("bpf", "PROG_LOAD", loaded) : new CallResult.Ok<>(loaded);
  }

  /** An iterator that calls a program, of which the descriptor is closed. */
  private CallResult<Integer> iterator(int loaded) {
    try {
      byte[] link = new byte[LINK_BYTES];
      Bytes.putInt(link, 0, loaded);
      Bytes.putInt(link, 8, BPF_TRACE_ITER);
      int linked = calls.bpf(BPF_LINK_CREATE, link);
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

  /** Why the kernel does not take a program, in its own words; empty where it does. */
  public String refusal(Program program) {
    byte[] log = new byte[LOG_BYTES];
    int loaded = load(program, log);
    if (loaded >= 0) {
      calls.close(loaded);
      return "";
    }
    int end = 0;
    while (end < log.length && log[end] != 0) {
      end++;
    }
    return Bytes.text(log, 0, end);
  }

  private int load(Program program, byte[] log) {
    byte[] attributes = new byte[LOAD_BYTES];
    Bytes.putInt(attributes, 0, BPF_PROG_TYPE_TRACING);
    byte[] name = Bytes.of("inuse");
    System.arraycopy(name, 0, attributes, NAME_AT, name.length);
    Bytes.putInt(attributes, ATTACH_TYPE_AT, BPF_TRACE_ITER);
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

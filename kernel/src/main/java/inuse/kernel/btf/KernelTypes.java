package inuse.kernel.btf;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDONLY;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Ids of some of the kernel's functions and structures, and where in a structure a member stands
 * (BTF: Documentation/bpf/btf.rst). The file is some megabytes long: names are looked at where a
 * type points to them, and no further than to the last type that is wanted.
 */
public final class KernelTypes {
  /** Where the running kernel describes itself. */
  public static final String PATH = "/sys/kernel/btf/vmlinux";

  /** A part of the file that is longer than that is not read: it has a few megabytes. */
  private static final long MOST_BYTES = 16L << 20;

  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_BYTES = 24;

  private final Map<String, Integer> functions;
  private final Map<String, Integer> structures;
  private final Map<String, Integer> offsets;

  KernelTypes(
      Map<String, Integer> functions,
      Map<String, Integer> structures,
      Map<String, Integer> offsets) {
    this.functions = functions;
    this.structures = structures;
    this.offsets = offsets;
  }

  /** Reads what is wanted; EINVAL where the file is not of the known form. */
  public static CallResult<KernelTypes> read(SystemCalls calls, TypeNames wanted) {
    int fd = calls.open(AT_FDCWD, Bytes.of(PATH), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      return CallResult.failed("open", PATH, fd);
    }
    try {
      return read(new Window(calls, fd), wanted);
    } finally {
      calls.close(fd);
    }
  }

  private static CallResult<KernelTypes> read(Window window, TypeNames wanted) {
    int header = window.at(0, HEADER_BYTES);
    if (header < 0 || Bytes.getShort(window.bytes(), 0) != MAGIC || window.bytes()[2] != 1) {
      return malformed();
    }
    long body = Bytes.getUnsignedInt(window.bytes(), 4);
    long types = body + Bytes.getUnsignedInt(window.bytes(), 8);
    long typeBytes = Bytes.getUnsignedInt(window.bytes(), 12);
    long strings = body + Bytes.getUnsignedInt(window.bytes(), 16);
    long stringBytes = Bytes.getUnsignedInt(window.bytes(), 20);
    if (typeBytes > MOST_BYTES || stringBytes > MOST_BYTES) {
      return malformed();
    }
    window.expect(Math.max(types + typeBytes, strings + stringBytes));
    byte[] names = new byte[(int) stringBytes];
    TypeSearch search = new TypeSearch(window, wanted, names);
    return window.fill(names, strings) && search.read(types, typeBytes)
        ? new CallResult.Ok<>(search.found())
        : malformed();
  }

  private static <T> CallResult<T> malformed() {
    return CallResult.failed("read", PATH, -Errno.EINVAL.code());
  }

  /** The id of a function; empty where this kernel has none of that name. */
  public OptionalInt function(String name) {
    return get(functions, name);
  }

  /** The id of a structure likewise. */
  public OptionalInt structure(String name) {
    return get(structures, name);
  }

  /** Where a member stands in its structure, in bytes. */
  public OptionalInt offset(String structure, String member) {
    return get(offsets, structure + "." + member);
  }

  private static OptionalInt get(Map<String, Integer> numbers, String name) {
    Integer number = numbers.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }
}

package inuse.kernel;

import java.util.function.Supplier;

/**
 * The capabilities of the calling thread (capabilities(7)), a bit for each.
 *
 * @param effective those that the kernel looks at
 * @param permitted those that can be made effective
 * @param inheritable those that execve(2) may keep
 */
public record Capabilities(long effective, long permitted, long inheritable) {
  private static final int BYTES = 24;
  private static final int SECOND_STRUCT = 12;

  /** Those of the calling thread. */
  public static CallResult<Capabilities> read(SystemCalls calls) {
    byte[] sets = new byte[BYTES];
    int result = calls.getCapabilities(sets);
    return result < 0
        ? CallResult.failed("capget", "", result)
        : new CallResult.Ok<>(new Capabilities(get(sets, 0), get(sets, 4), get(sets, 8)));
  }

  private static long get(byte[] sets, int at) {
    return Bytes.getUnsignedInt(sets, at) | Bytes.getUnsignedInt(sets, at + SECOND_STRUCT) << 32;
  }

  /** Makes them those of the calling thread: zero, or a negated errno. */
  public int set(SystemCalls calls) {
    byte[] sets = new byte[BYTES];
    put(sets, 0, effective);
    put(sets, 4, permitted);
    put(sets, 8, inheritable);
    return calls.setCapabilities(sets);
  }

  private static void put(byte[] sets, int at, long bits) {
    Bytes.putInt(sets, at, (int) bits);
    Bytes.putInt(sets, at + SECOND_STRUCT, (int) (bits >>> 32));
  }

  /** The same, with no more than those effective or permitted. */
  public Capabilities within(long bits) {
    return new Capabilities(effective & bits, permitted & bits, inheritable);
  }

  /** The same, with no more than those effective. */
  public Capabilities effectiveWithin(long bits) {
    return new Capabilities(effective & bits, permitted, inheritable);
  }

  /** Does something with those of the permitted effective, and only that. */
  public static <T> T with(SystemCalls calls, long bits, Supplier<T> action) {
    if (!(read(calls) instanceof CallResult.Ok<Capabilities>(var before))
        || (before.permitted() & bits & ~before.effective()) == 0) {
      return action.get();
    }
    long raised = before.effective() | (before.permitted() & bits);
    var _ = new Capabilities(raised, before.permitted(), before.inheritable()).set(calls);
    try {
      return action.get();
    } finally {
      var _ = before.set(calls);
    }
  }
}

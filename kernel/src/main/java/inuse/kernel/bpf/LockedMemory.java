package inuse.kernel.bpf;

import static inuse.kernel.abi.Constants.RLIMIT_MEMLOCK;

import inuse.kernel.Bytes;
import inuse.kernel.SystemCalls;

/**
 * Lets this process lock as much memory as it likes for a while, where it may (CAP_SYS_RESOURCE, or
 * what its hard limit allows). Afterwards the limit is as it was, also for programs that it starts.
 */
final class LockedMemory implements AutoCloseable {
  /** sizeof(struct rlimit64): the soft limit, then the hard one. */
  private static final int LIMIT_BYTES = 16;

  private static final long UNLIMITED = -1;

  private final SystemCalls calls;
  private final byte[] former = new byte[LIMIT_BYTES];
  private final boolean isRaised;

  LockedMemory(SystemCalls calls) {
    this.calls = calls;
    boolean known = calls.resourceLimit(RLIMIT_MEMLOCK, new byte[0], former) >= 0;
    isRaised = known && (isSet(UNLIMITED, UNLIMITED) || isSet(hard(), hard()));
  }

  private long hard() {
    return Bytes.getLong(former, Long.BYTES);
  }

  private boolean isSet(long soft, long hard) {
    byte[] limit = new byte[LIMIT_BYTES];
    Bytes.putLong(limit, 0, soft);
    Bytes.putLong(limit, Long.BYTES, hard);
    return calls.resourceLimit(RLIMIT_MEMLOCK, limit, new byte[LIMIT_BYTES]) >= 0;
  }

  @Override
  public void close() {
    if (isRaised) {
      // One's own limit may always be lowered.
      var _ = isSet(Bytes.getLong(former, 0), hard());
    }
  }
}

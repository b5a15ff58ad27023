package inuse.kernel;

import static inuse.kernel.abi.Constants.CLD_EXITED;
import static inuse.kernel.abi.Constants.CLD_STOPPED;

import java.util.Optional;

/**
 * What waitid(2) reports about a child.
 *
 * @param code CLD_EXITED and so on
 * @param value its exit status, or the number of the signal that ended or stopped it
 */
public record ChildChange(int pid, int code, int value) {
  /** sizeof(siginfo_t). */
  public static final int BYTES = 128;

  private static final int CODE_AT = 8;
  private static final int PID_AT = 16;
  private static final int VALUE_AT = 24;

  /** Decodes struct siginfo; empty where WNOHANG found nothing. */
  public static Optional<ChildChange> of(byte[] siginfo) {
    return Bytes.getInt(siginfo, 0) == 0
        ? Optional.empty()
        : Optional.of(
            new ChildChange(
                Bytes.getInt(siginfo, PID_AT),
                Bytes.getInt(siginfo, CODE_AT),
                Bytes.getInt(siginfo, VALUE_AT)));
  }

  public boolean hasExited() {
    return code == CLD_EXITED;
  }

  public boolean isStopped() {
    return code == CLD_STOPPED;
  }
}

package inuse.core.evidence;

/**
 * One real bind(2), closed at once and never listened on.
 *
 * @param reuseAddress whether SO_REUSEADDR was set
 */
public record Probe(IpAddress address, boolean reuseAddress, Result result) {
  /** The result. */
  public sealed interface Result {
    /** The kernel allowed it. */
    record Allowed() implements Result {}

    /**
     * The kernel refused it.
     *
     * @param call the call that failed, such as {@code bind}
     * @param errno its error
     */
    record Refused(String call, ErrnoName errno) implements Result {}
  }

  /** Whether the refusal has that errno. */
  public boolean failedWith(ErrnoName errno) {
    return switch (result) {
      case Result.Allowed allowed -> false;
      case Result.Refused refused -> refused.errno().equals(errno);
    };
  }

  /** Whether the kernel lacks the address family, so that no server could bind it either. */
  public boolean familyIsMissing() {
    return failedWith(ErrnoName.EAFNOSUPPORT);
  }

  /** Whether the address is the reason: it is not here, or it lacks the interface that it needs. */
  public boolean isRefusedForItsAddress() {
    return failedWith(ErrnoName.EADDRNOTAVAIL)
        || (address.needsInterface() && failedWith(ErrnoName.EINVAL));
  }

  public boolean isAllowed() {
    return result instanceof Result.Allowed;
  }
}

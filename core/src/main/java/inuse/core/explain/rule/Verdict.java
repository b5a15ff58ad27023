package inuse.core.explain.rule;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Probe;
import java.util.List;
import java.util.Optional;

/** The result of real binds, the worst last. */
public enum Verdict {
  /** A bind with exactly what was asked succeeds. */
  FREE("free"),
  /** The kernel could not be asked. */
  UNKNOWN("unknown"),
  /** A bind as asked is refused, and succeeds with SO_REUSEADDR. */
  FREE_WITH_REUSEADDR("free-with-reuseaddr"),
  /** The address is not one of this host's. */
  NOT_LOCAL("not-local"),
  /** EACCES or EPERM: a privileged port, or a policy. */
  DENIED("denied"),
  /** A bind is refused with and without SO_REUSEADDR. */
  BLOCKED("blocked");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  /** The word for programs. */
  public String word() {
    return word;
  }

  /**
   * The worst verdict of all addresses probed. An address family that the kernel lacks does not
   * count; unknown where none counts.
   */
  public static Verdict of(List<Probe> probes) {
    Optional<Verdict> worst = Optional.empty();
    for (Probe probe : probes) {
      if (isAsAsked(probe, probes) && !probe.familyIsMissing()) {
        Verdict verdict = ofAddress(probes, probe.address());
        if (worst.isEmpty() || worst.get().compareTo(verdict) < 0) {
          worst = Optional.of(verdict);
        }
      }
    }
    return worst.orElse(UNKNOWN);
  }

  /** The verdict for one of the addresses probed. */
  public static Verdict ofAddress(List<Probe> probes, IpAddress address) {
    Optional<Probe> asked = asAsked(probes, address);
    if (asked.isEmpty()) {
      return UNKNOWN;
    }
    return switch (asked.get().result()) {
      case Probe.Result.Allowed allowed -> FREE;
      case Probe.Result.Refused(String call, ErrnoName errno) ->
          errno.equals(ErrnoName.EADDRINUSE)
              ? ofRefused(withReuseAddress(probes, address))
              : asked.get().isRefusedForItsAddress() ? NOT_LOCAL : ofErrno(errno);
    };
  }

  private static Verdict ofErrno(ErrnoName errno) {
    return errno.isDenied() ? DENIED : UNKNOWN;
  }

  /**
   * What the refusal of a unix socket's bind means. SO_REUSEADDR has no effect on it, and a path
   * without its directory counts as not local, like an address without its interface.
   */
  public static Verdict ofUnixErrno(ErrnoName errno) {
    if (errno.equals(ErrnoName.EADDRINUSE)) {
      return BLOCKED;
    }
    if (errno.isDenied() || errno.equals(ErrnoName.EROFS)) {
      return DENIED;
    }
    return errno.isNoPlace() ? NOT_LOCAL : UNKNOWN;
  }

  private static Verdict ofRefused(Optional<Probe> withReuseAddress) {
    if (withReuseAddress.isEmpty()) {
      return UNKNOWN;
    }
    if (withReuseAddress.get().isAllowed()) {
      return FREE_WITH_REUSEADDR;
    }
    return withReuseAddress.get().failedWith(ErrnoName.EADDRINUSE) ? BLOCKED : UNKNOWN;
  }

  /** The probe with exactly what was asked: the first of that address. */
  public static Optional<Probe> asAsked(List<Probe> probes, IpAddress address) {
    return probes.stream().filter(probe -> probe.address().equals(address)).findFirst();
  }

  private static boolean isAsAsked(Probe probe, List<Probe> probes) {
    return asAsked(probes, probe.address()).filter(probe::equals).isPresent();
  }

  /** The probe with SO_REUSEADDR, which may be what was asked. */
  static Optional<Probe> withReuseAddress(List<Probe> probes, IpAddress address) {
    return probes.stream()
        .filter(probe -> probe.address().equals(address) && probe.reuseAddress())
        .findFirst();
  }
}

package inuse.core.ask;

import static inuse.kernel.abi.Constants.CAP_NET_BIND_SERVICE;
import static inuse.kernel.abi.Constants.NS_GET_USERNS;

import inuse.core.evidence.BindSettings;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Uid;
import inuse.core.io.Host;
import inuse.core.io.Readings;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether a newcomer may bind privileged ports (capabilities(7)): a newcomer that may and is still
 * denied is denied by a policy.
 */
final class PrivilegeCheck {
  private static final String EFFECTIVE = "\nCapEff:\t";
  private static final int HEX_DIGITS = 16;

  private final SystemCalls calls;
  private final Proc proc;

  PrivilegeCheck(Host host) {
    calls = host.calls();
    proc = host.proc();
  }

  /** Looks it up only where a privileged port was denied. */
  Newcomer complete(
      Newcomer newcomer, PortTarget target, List<Probe> probes, BindSettings settings) {
    int limit = settings.unprivilegedPortStart().toOptional().map(Port::number).orElse(1024);
    boolean matters =
        target.port().number() < limit
            && probes.stream().anyMatch(one -> one.failedWith(ErrnoName.EACCES));
    if (!matters) {
      return newcomer;
    }
    boolean self = newcomer.uid().number() == calls.getEffectiveUid();
    return newcomer.withPrivilege(
        self || newcomer.uid().equals(Uid.ROOT) ? own() : Reading.known(false));
  }

  private Reading<Boolean> own() {
    return switch (proc.text("/proc/self/status")) {
      case CallResult.Failed<String>(var why) -> Reading.unknown(Readings.of(why.errno()));
      case CallResult.Ok<String>(String status) -> {
        int at = status.indexOf(EFFECTIVE) + EFFECTIVE.length();
        OptionalLong bits =
            at >= EFFECTIVE.length() && at + HEX_DIGITS <= status.length()
                ? Numeral.parse(status, at + HEX_DIGITS / 2, at + HEX_DIGITS, HEX_DIGITS)
                : OptionalLong.empty();
        if (bits.isEmpty()) {
          yield Reading.unknown(Reading.Why.UNREADABLE);
        }
        yield (bits.getAsLong() >> CAP_NET_BIND_SERVICE & 1) == 0
            ? Reading.known(false)
            : ownsNamespace();
      }
    };
  }

  /**
   * A capability counts in the user namespace that owns the network namespace, and above it. A
   * process below, such as root in a rootless container with the host's network, may not even look
   * up the owner (ioctl_nsfs(2)).
   */
  private Reading<Boolean> ownsNamespace() {
    int namespace = proc.open("/proc/thread-self/ns/net");
    if (namespace < 0) {
      return Reading.unknown(Readings.of(Errno.of(namespace)));
    }
    try {
      int owner = calls.ioctl(namespace, NS_GET_USERNS, new byte[8]);
      if (owner >= 0) {
        calls.close(owner);
        return Reading.known(true);
      }
      return Errno.of(owner).equals(Errno.EPERM)
          ? Reading.known(false)
          : Reading.unknown(Readings.of(Errno.of(owner)));
    } finally {
      calls.close(namespace);
    }
  }
}

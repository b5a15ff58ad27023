package inuse.core.explain.causes;

import inuse.core.evidence.Port;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Snapshot;
import inuse.core.explain.Phrase;
import inuse.core.explain.Remedies;
import inuse.core.explain.Remedy;
import inuse.core.explain.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * A policy that forbids this process to bind.
 *
 * <h2>What it is</h2>
 *
 * The port is not privileged, or the process may bind privileged ports, and the kernel denies the
 * bind all the same: a service manager, a sandbox or a security module told it to.
 *
 * <h2>Why bind fails</h2>
 *
 * With EPERM from a filter of the control group (systemd's {@code SocketBindDeny=}, cgroup-BPF) or
 * from seccomp; with EACCES from Landlock, SELinux or AppArmor.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code systemctl show -p SocketBindDeny -p SocketBindAllow UNIT}, {@code bpftool cgroup tree},
 * {@code grep Seccomp /proc/self/status}, {@code journalctl -g 'avc|apparmor'}. Landlock shows
 * itself nowhere.
 *
 * <h2>What to do</h2>
 *
 * Use a port that the policy allows, or have it changed: {@code SocketBindAllow=} in the unit,
 * {@code semanage port} for SELinux, the sandbox's own list.
 *
 * <h2>What not to do</h2>
 *
 * Running the server as root: such policies bind root too.
 *
 * <h2>Source</h2>
 *
 * systemd.resource-control(5), landlock(7), seccomp(2); __inet_bind(), net/ipv4/af_inet.c.
 */
public record BindPolicy(Snapshot snapshot, Probe.Result.Refused refusal) implements Cause {
  /** Whether a denial is none of a privileged port's. */
  public static Optional<Cause> find(Snapshot snapshot, Verdict verdict) {
    if (verdict != Verdict.DENIED) {
      return Optional.empty();
    }
    return snapshot.probes().stream()
        .filter(probe ->
            probe.failedWith("EPERM") || (probe.failedWith("EACCES") && isUnprivileged(snapshot)))
        .flatMap(probe ->
            probe.result() instanceof Probe.Result.Refused refused
                ? Optional.of(refused).stream()
                : Optional.<Probe.Result.Refused>empty().stream())
        .findFirst()
        .map(refused -> new BindPolicy(snapshot, refused));
  }

  /** Whether no privilege is missing, for certain. */
  private static boolean isUnprivileged(Snapshot snapshot) {
    return snapshot.newcomer().privileged().is(true)
        || snapshot
            .settings()
            .unprivilegedPortStart()
            .toOptional()
            .filter(limit -> snapshot.target().port().number() >= limit.number())
            .isPresent();
  }

  @Override
  public String id() {
    return "bind-policy";
  }

  @Override
  public Phrase summary() {
    Port port = snapshot.target().port();
    return Phrase.of(
        "a policy forbids "
            + (refusal.call().equals("bind") ? "to bind port " + port : refusal.call() + "()")
            + " ("
            + refusal.errno()
            + "): "
            + suspects());
  }

  private String suspects() {
    return refusal.errno().equals("EPERM")
        ? "likely a filter of the control group (systemd's SocketBindDeny=, cgroup-BPF) or seccomp"
        : "likely Landlock, SELinux or AppArmor";
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "this port needs no privilege that is missing, so the kernel was told to refuse it; whether"
            + " the port is in use was not looked at");
  }

  @Override
  public List<Remedy> remedies() {
    return List.of(
        Remedies.otherPort(
            "use a port that the policy allows, or have it changed (SocketBindAllow= in the unit,"
                + " semanage port, the sandbox's settings)"));
  }
}

package inuse.core.explain.causes;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * A policy or a permission that forbids this process to bind.
 *
 * <h2>What it is</h2>
 *
 * The port is not privileged, or the process may bind privileged ports, and the kernel denies the
 * bind all the same: a service manager, a sandbox or a security module told it to. Of a unix
 * socket: the directory of its path does not let you write, or is mounted read-only.
 *
 * <h2>Why bind fails</h2>
 *
 * With EPERM from a filter of the control group (systemd's {@code SocketBindDeny=}, cgroup-BPF) or
 * from seccomp; with EACCES from Landlock, SELinux or AppArmor. To bind a unix socket makes a file,
 * and ends as open(2) would: with EACCES, EPERM or EROFS.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code systemctl show -p SocketBindDeny -p SocketBindAllow UNIT}, {@code bpftool cgroup tree},
 * {@code grep Seccomp /proc/self/status}, {@code journalctl -g 'avc|apparmor'}. Landlock shows
 * itself nowhere. {@code namei -l /run/app.sock} shows the permissions of a path.
 *
 * <h2>What to do</h2>
 *
 * Use a port that the policy allows, or have it changed: {@code SocketBindAllow=} in the unit,
 * {@code semanage port} for SELinux, the sandbox's own list. For a unix socket, use a directory of
 * the server's own: {@code RuntimeDirectory=} in its unit, $XDG_RUNTIME_DIR for a user's program.
 *
 * <h2>What not to do</h2>
 *
 * Running the server as root: such policies bind root too. Making /run writable for all users.
 *
 * <h2>Source</h2>
 *
 * systemd.resource-control(5), landlock(7), seccomp(2); __inet_bind(), net/ipv4/af_inet.c; unix(7),
 * path_resolution(7).
 */
public record BindPolicy(Phrase summary, Phrase why, List<Remedy> remedies) implements Cause {
  public BindPolicy {
    remedies = List.copyOf(remedies);
  }

  /** Whether a denial is none of a privileged port's. */
  public static Optional<Cause> find(PortSnapshot snapshot, Verdict verdict) {
    if (verdict != Verdict.DENIED) {
      return Optional.empty();
    }
    return snapshot.probes().stream()
        .filter(probe ->
            probe.failedWith(ErrnoName.EPERM)
                || (probe.failedWith(ErrnoName.EACCES) && isUnprivileged(snapshot)))
        .flatMap(probe ->
            probe.result() instanceof Probe.Result.Refused refused
                ? Optional.of(refused).stream()
                : Optional.<Probe.Result.Refused>empty().stream())
        .findFirst()
        .map(refused -> ofPort(snapshot.target().port(), refused));
  }

  /** Whether no privilege is missing, for certain. */
  private static boolean isUnprivileged(PortSnapshot snapshot) {
    return snapshot.newcomer().privileged().is(true)
        || snapshot
            .settings()
            .unprivilegedPortStart()
            .toOptional()
            .filter(limit -> snapshot.target().port().number() >= limit.number())
            .isPresent();
  }

  private static BindPolicy ofPort(Port port, Probe.Result.Refused refusal) {
    String suspects =
        refusal.errno().equals(ErrnoName.EPERM)
            ? "likely a filter of the control group (systemd's SocketBindDeny=, cgroup-BPF) or"
                + " seccomp"
            : "likely Landlock, SELinux or AppArmor";
    return new BindPolicy(
        Phrase.of(
            "a policy forbids "
                + (refusal.call().equals("bind") ? "to bind port " + port : refusal.call() + "()")
                + " ("
                + refusal.errno()
                + "): "
                + suspects),
        Phrase.of(
            "this port needs no privilege that is missing, so the kernel was told to refuse it;"
                + " whether the port is in use was not looked at"),
        List.of(
            Remedies.otherPort(
                "use a port that the policy allows, or have it changed (SocketBindAllow= in the"
                    + " unit, semanage port, the sandbox's settings)")));
  }

  /** A place in which this newcomer may make no unix socket. */
  public static BindPolicy of(UnixTarget target, ErrnoName errno, Newcomer newcomer) {
    Phrase summary =
        switch (target) {
          case UnixTarget.Path path ->
              errno.equals(ErrnoName.EROFS)
                  ? Phrase.of("nothing can be created in ")
                      .then(path.directory())
                      .then(": it is read-only")
                  : Phrase.of("uid " + newcomer.uid() + " cannot create a file in ")
                      .then(path.directory());
          case UnixTarget.Abstract named ->
              Phrase.of("a policy forbids the bind to uid " + newcomer.uid());
        };
    return new BindPolicy(
        summary,
        Phrase.of("bind creates the socket's file with your permissions, and fails with " + errno),
        elsewhere(newcomer));
  }

  private static List<Remedy> elsewhere(Newcomer newcomer) {
    Remedy other =
        Remedies.otherPort("use a path in a directory of your own, such as $XDG_RUNTIME_DIR");
    return newcomer.uid().equals(Uid.ROOT)
        ? List.of(other)
        : List.of(
            other,
            new Remedy(
                Remedy.Id.RUN_AS_ROOT,
                List.of(),
                true,
                Phrase.of(
                    "let root make the directory for the server: RuntimeDirectory= in its"
                        + " unit")));
  }

  @Override
  public String id() {
    return "bind-policy";
  }
}

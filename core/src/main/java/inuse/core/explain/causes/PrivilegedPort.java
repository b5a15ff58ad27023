package inuse.core.explain.causes;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * A port below the limit for ordinary users.
 *
 * <p>Also: port 80, port 443, low port, privileged
 *
 * <h2>What it is</h2>
 *
 * Only root, and processes with CAP_NET_BIND_SERVICE, may bind ports below
 * net.ipv4.ip_unprivileged_port_start (1024 unless changed).
 *
 * <h2>Why bind fails</h2>
 *
 * With EACCES, "Permission denied", before the kernel even looks whether the port is in use.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code sysctl net.ipv4.ip_unprivileged_port_start}
 *
 * <h2>What to do</h2>
 *
 * Give the server the capability ({@code AmbientCapabilities=CAP_NET_BIND_SERVICE} in its unit,
 * {@code setcap} on its file), put a proxy before it, or use a higher port.
 *
 * <h2>What not to do</h2>
 *
 * Do not run the whole server as root for this.
 *
 * <h2>Source</h2>
 *
 * capabilities(7); __inet_bind(), net/ipv4/af_inet.c.
 */
public record PrivilegedPort(PortSnapshot snapshot, Port limit) implements Cause {
  /** The kernel's default, for where the setting cannot be read. */
  private static final Port DEFAULT_LIMIT = new Port(1024);

  /** Whether a probe was refused with EACCES and the port is below the limit. */
  public static Optional<Cause> find(PortSnapshot snapshot, Verdict verdict) {
    Port limit = limit(snapshot);
    boolean applies =
        verdict == Verdict.DENIED
            && snapshot.probes().stream().anyMatch(probe -> explains(probe, snapshot));
    return applies ? Optional.of(new PrivilegedPort(snapshot, limit)) : Optional.empty();
  }

  private static Port limit(PortSnapshot snapshot) {
    return snapshot.settings().unprivilegedPortStart().toOptional().orElse(DEFAULT_LIMIT);
  }

  /** Whether a probe was denied for want of the privilege, and not by a policy. */
  static boolean explains(Probe probe, PortSnapshot snapshot) {
    return probe.failedWith(ErrnoName.EACCES)
        && snapshot.target().port().number() < limit(snapshot).number()
        && !snapshot.newcomer().privileged().is(true);
  }

  @Override
  public String id() {
    return "privileged-port";
  }

  @Override
  public Phrase summary() {
    return Phrase.of(
        "ports below "
            + limit
            + " are privileged, and uid "
            + snapshot.newcomer().uid()
            + " is not root");
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "only root and CAP_NET_BIND_SERVICE may bind them; the kernel says EACCES before it checks"
            + " whether the port is in use");
  }

  @Override
  public List<Remedy> remedies() {
    return List.of(
        new Remedy(
            Remedy.Id.USE_OTHER_PORT,
            List.of(),
            false,
            Phrase.of("use port " + limit + " or higher, with a proxy in front if necessary")),
        new Remedy(
            Remedy.Id.RUN_AS_ROOT,
            List.of(),
            true,
            Phrase.of(
                "give the server CAP_NET_BIND_SERVICE: AmbientCapabilities=CAP_NET_BIND_SERVICE in"
                    + " its unit, or sudo setcap cap_net_bind_service=+ep on its program")));
  }
}

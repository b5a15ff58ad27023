package inuse.core.explain.causes;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * An address that cannot be bound here, or not yet.
 *
 * <h2>What it is</h2>
 *
 * No interface of this network namespace carries the address: another host or namespace has it, or
 * its IPv6 is switched off. Or it is here and still checked for duplicates (tentative), or another
 * machine on the link has it (dadfailed). Or it is link-local and lacks its interface. Of a unix
 * socket: the directory of its path does not exist.
 *
 * <h2>Why bind fails</h2>
 *
 * With EADDRNOTAVAIL, "Cannot assign requested address", before the kernel looks whether the port
 * is in use; a link-local address without its interface with EINVAL. Of a unix socket with ENOENT,
 * "No such file or directory": bind makes no directory.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ip address}, which shows tentative and dadfailed, or {@code ls -ld} of the directory.
 *
 * <h2>What to do</h2>
 *
 * Bind 0.0.0.0 or [::], or an address that {@code ip address} shows; wait for the interface to come
 * up, and for a tentative address a second or two; set IP_FREEBIND, {@code FreeBind=yes} in a
 * socket unit, for an address that comes later; write a link-local address with its interface,
 * fe80::1%eth0. Make the directory before the server starts: {@code RuntimeDirectory=} in its unit.
 *
 * <h2>What not to do</h2>
 *
 * Looking for a process on the port: there need not be one, and ending it does not bring the
 * address.
 *
 * <h2>Source</h2>
 *
 * __inet_bind(), net/ipv4/af_inet.c; __inet6_bind(), net/ipv6/af_inet6.c; RFC 4862, 5.4; ip(7)
 * ip_nonlocal_bind; unix(7).
 */
public record AddressNotLocal(Phrase summary, Phrase why, List<Remedy> remedies) implements Cause {
  public AddressNotLocal {
    remedies = List.copyOf(remedies);
  }

  /** Whether the kernel refused the address itself. */
  public static Optional<Cause> find(PortSnapshot snapshot, Verdict verdict) {
    if (verdict != Verdict.NOT_LOCAL) {
      return Optional.empty();
    }
    return snapshot.probes().stream()
        .filter(Probe::isRefusedForItsAddress)
        .findFirst()
        .map(probe -> AddressReason.of(snapshot, probe.address()));
  }

  /** A path whose directory does not exist. */
  public static AddressNotLocal noDirectory(UnixTarget.Path path, ErrnoName errno) {
    return new AddressNotLocal(
        Phrase.of("there is no directory ").then(path.directory()),
        Phrase.of("bind creates the socket's file but no directory for it; it fails with " + errno),
        List.of());
  }

  @Override
  public String id() {
    return "address-not-local";
  }
}

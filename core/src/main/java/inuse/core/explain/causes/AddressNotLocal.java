package inuse.core.explain.causes;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.rule.Verdict;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An address that this host does not have.
 *
 * <h2>What it is</h2>
 *
 * No interface of this network namespace carries the address, or its IPv6 is switched off. Of a
 * unix socket: the directory of its path does not exist.
 *
 * <h2>Why bind fails</h2>
 *
 * With EADDRNOTAVAIL, "Cannot assign requested address", before the kernel looks whether the port
 * is in use. Of a unix socket with ENOENT, "No such file or directory": bind makes no directory.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ip address}, or {@code ls -ld} of the directory.
 *
 * <h2>What to do</h2>
 *
 * Bind 0.0.0.0 or [::], or an address that {@code ip address} shows; wait for the interface to come
 * up. Make the directory before the server starts: {@code RuntimeDirectory=} in its unit.
 *
 * <h2>What not to do</h2>
 *
 * Looking for a process on the port: there need not be one.
 *
 * <h2>Source</h2>
 *
 * __inet_bind(), net/ipv4/af_inet.c; ip(7) ip_nonlocal_bind; unix(7).
 */
public record AddressNotLocal(Phrase summary, Phrase why) implements Cause {
  /** Whether the kernel said EADDRNOTAVAIL. */
  public static Optional<Cause> find(PortSnapshot snapshot, Verdict verdict) {
    return verdict == Verdict.NOT_LOCAL ? Optional.of(of(snapshot)) : Optional.empty();
  }

  private static AddressNotLocal of(PortSnapshot snapshot) {
    return new AddressNotLocal(
        Phrase.of(
            snapshot.target().addresses().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining(" and "))
                + " is not an address of this host"),
        Phrase.of(
            "no interface of this network namespace has it; the kernel says EADDRNOTAVAIL before it"
                + " looks whether the port is in use"));
  }

  /** A path whose directory does not exist. */
  public static AddressNotLocal noDirectory(UnixTarget.Path path, ErrnoName errno) {
    return new AddressNotLocal(
        Phrase.of("there is no directory ").then(path.directory()),
        Phrase.of("bind makes the socket's file, and no directory for it; it ends with " + errno));
  }

  @Override
  public String id() {
    return "address-not-local";
  }
}

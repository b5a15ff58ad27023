package inuse.zoo.oracle;

import static java.util.stream.Collectors.toSet;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.IpAddress.Family;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The state that the kernel keeps of a TCP port besides its sockets: the last one that was bound or
 * listened with SO_REUSEPORT, unless one without came after it. A newcomer with SO_REUSEPORT, of
 * the same user, whose address that one's covers, is let in without a look at the sockets.
 *
 * <p>No look from outside shows this memory, so no rule about a socket can know it. It lets in a
 * newcomer that the rule refuses when SO_REUSEPORT of a holder was cleared after bind, or when the
 * one remembered came without conflict past a third socket (of another device, or of the other
 * family) that the newcomer does conflict with.
 *
 * <p>Source: struct inet_bind_bucket, inet_csk_update_fastreuse() and sk_reuseport_match() in
 * net/ipv4/inet_connection_sock.c; forgotten in inet_bind_bucket_destroy(),
 * net/ipv4/inet_hashtables.c.
 */
final class PortMemory {
  /** What it may be; one alone unless {@link #mayForget}. */
  private Set<Optional<Part>> last = Set.of(Optional.empty());

  /**
   * Whether there were connections to which the kernel gave this port. Then it forgets (Linux 6.18)
   * when a socket goes and only buckets are left that such connections made, one for each local
   * address; which socket made which bucket nothing shows.
   */
  private boolean mayForget;

  /** After all that these holders did, one after the other. */
  void holdersCame(List<Part> holders, List<Worker.Fact> facts) {
    boolean inUse = false;
    for (int i = 0; i < holders.size(); i++) {
      mayForget |= holders.get(i).isAutomatic();
      calls(holders.get(i), facts.get(i));
      inUse |= facts.get(i).isHere() && !holders.get(i).leavesNothing();
      if (!inUse) {
        last = Set.of(Optional.empty());
      }
    }
  }

  /** After the calls of bind and listen that succeeded, and perhaps a close. */
  void calls(Part part, Worker.Fact fact) {
    for (boolean reusePort : fact.calls()) {
      took(part, reusePort);
    }
    if (mayForget) {
      last = Stream.concat(last.stream(), Stream.of(Optional.<Part>empty())).collect(toSet());
    }
  }

  /** After a bind or a listen that succeeded. */
  void took(Part part, boolean reusePort) {
    last = last.stream().map(one -> after(one, part, reusePort)).collect(toSet());
  }

  private static Optional<Part> after(Optional<Part> former, Part part, boolean reusePort) {
    if (!reusePort) {
      return Optional.empty();
    }
    return letsIn(former, part) ? former : Optional.of(part);
  }

  /** Whether this newcomer with SO_REUSEPORT may be let in unseen. */
  boolean mayLetIn(Part newcomer) {
    return last.stream().anyMatch(one -> letsIn(one, newcomer));
  }

  /** Whether it is let in unseen for sure. */
  boolean surelyLetsIn(Part newcomer) {
    return last.stream().allMatch(one -> letsIn(one, newcomer));
  }

  private static boolean letsIn(Optional<Part> last, Part newcomer) {
    return last.filter(one -> one.uid().equals(newcomer.uid()) && covers(one, newcomer))
        .isPresent();
  }

  /** As inet_rcv_saddr_equal() has it where only the former may be a wildcard. */
  private static boolean covers(Part former, Part newcomer) {
    IpAddress one = former.ipAddress();
    IpAddress other = newcomer.ipAddress();
    boolean bothMapped = isV4(one) && isV4(other);
    if (one.family() == Family.V4 || bothMapped) {
      return !servesV6Alone(newcomer)
          && (one.isWildcard() || one.unmapped().equals(other.unmapped()));
    }
    if (one.isWildcardV6()) {
      return other.isWildcardV6() || !(former.has("6only") && isV4(other));
    }
    return one.equals(other);
  }

  private static boolean isV4(IpAddress address) {
    return address.unmapped().family() == Family.V4;
  }

  /** To bind to an IPv6 address other than [::] sets IPV6_V6ONLY. */
  private static boolean servesV6Alone(Part part) {
    return part.has("6only") || !(isV4(part.ipAddress()) || part.ipAddress().isWildcardV6());
  }
}

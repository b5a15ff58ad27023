package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.NFPROTO_IPV4;
import static inuse.kernel.abi.Constants.NFPROTO_IPV6;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.netfilter.Chain;
import inuse.kernel.netfilter.Rule;
import java.util.List;
import java.util.Optional;

/**
 * Follows a packet for a port through the rules of one packet filter, from where packets of other
 * hosts arrive, to the rules that send it elsewhere. Of the packet the family, the protocol, the
 * destination port and perhaps the destination address are known; what depends on anything else may
 * happen or not. Only ways on which a rule names the port count.
 */
final class PacketFilter {
  /**
   * Where a port is sent, by the rule that names it.
   *
   * @param places where the rule sends it; on the wildcard address if only a port is named
   */
  record Way(Untrusted words, List<Endpoint> places) {
    Way {
      places = List.copyOf(places);
    }
  }

  private final FilterRuleset ruleset;

  PacketFilter(List<Chain> chains, List<Rule> rules, FilterRuleset.Sets sets) {
    ruleset = new FilterRuleset(chains, rules, sets);
  }

  /** Where the target's packets are sent, if anywhere. */
  Optional<Way> way(PortTarget target) {
    Optional<IpAddress> address =
        target.address().map(IpAddress::unmapped).filter(one -> !one.isWildcard());
    // A server at the wildcard address of IPv6 is one of IPv4 too.
    boolean onlyV4 =
        target.address().filter(one -> one.unmapped().family() == IpAddress.Family.V4).isPresent();
    boolean onlyV6 = address.isPresent() && !onlyV4;
    return (onlyV6 ? Optional.<Way>empty() : way(NFPROTO_IPV4, target, address))
        .or(() -> onlyV4 ? Optional.empty() : way(NFPROTO_IPV6, target, address));
  }

  private Optional<Way> way(int family, PortTarget target, Optional<IpAddress> address) {
    return new FilterWalk(ruleset, new FilteredPacket(family, target, address)).way();
  }
}

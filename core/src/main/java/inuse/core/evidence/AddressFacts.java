package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What the interfaces say of an address that may not be bound.
 *
 * @param here the addresses of the network namespace that is asked about
 * @param ipv6Off the setting that switches IPv6 off there
 * @param elsewhere other network namespaces that have the address
 */
public record AddressFacts(
    Reading<List<LocalAddress>> here, Optional<String> ipv6Off, List<Namespace> elsewhere) {
  /** The address may be bound, or nobody looked. */
  public static final AddressFacts NOT_ASKED =
      new AddressFacts(Reading.unknown(Reading.Why.NOT_ASKED), Optional.empty(), List.of());

  public AddressFacts {
    elsewhere = List.copyOf(elsewhere);
  }
}

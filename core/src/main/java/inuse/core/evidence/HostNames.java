package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * The names and addresses by which clients ask for the servers of this host.
 *
 * @param addresses those of its interfaces
 * @param localhost the addresses of {@code localhost} in the order in which a client tries them, as
 *     getaddrinfo(3) has it
 * @param forwards addresses that a rule of the packet filter sends elsewhere
 */
public record HostNames(
    Reading<List<LocalAddress>> addresses, List<IpAddress> localhost, List<Forward> forwards) {
  /** Nobody looked: one server has it all, or none. */
  public static final HostNames NOT_ASKED =
      new HostNames(Reading.unknown(Reading.Why.NOT_ASKED), List.of(), List.of());

  public HostNames {
    localhost = List.copyOf(localhost);
    forwards = List.copyOf(forwards);
  }

  /**
   * An address that no server of this host answers to other hosts.
   *
   * @param rule as the packet filter's tool writes it
   */
  public record Forward(IpAddress address, Untrusted rule) {}

  /** The rule that sends what other hosts send to that address elsewhere. */
  public Optional<Untrusted> forward(IpAddress address) {
    return forwards.stream()
        .filter(one -> one.address().equals(address))
        .findFirst()
        .map(Forward::rule);
  }
}

package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * A port that is asked about, with its protocol and address.
 *
 * @param address empty for a server that binds everything: 0.0.0.0 and [::]
 * @param zone name of the interface to which the address belongs, where it is one of each link
 */
public record PortTarget(
    Protocol protocol, Optional<IpAddress> address, Port port, Optional<String> zone)
    implements Target {
  /** A port at an address that says by itself where it is. */
  public PortTarget(Protocol protocol, Optional<IpAddress> address, Port port) {
    this(protocol, address, port, Optional.empty());
  }

  /** The port of a socket, at any address. */
  public static PortTarget of(BoundSocket socket) {
    return new PortTarget(socket.protocol(), Optional.empty(), socket.local().port());
  }

  /** The same place with another port. */
  public PortTarget at(Port other) {
    return new PortTarget(protocol, address, other, zone);
  }

  /** The addresses that such a server would bind, each probed on its own. */
  public List<IpAddress> addresses() {
    return address.map(List::of).orElse(List.of(IpAddress.ANY_V4, IpAddress.ANY_V6));
  }

  /** The address with its interface: {@code fe80::1%eth0}; empty for everything. */
  public Optional<String> place() {
    return address.map(one -> one + zone.map(name -> "%" + name).orElse(""));
  }

  /** Of what tells most apart: ports are looked up for each socket of a host. */
  @Override
  public int hashCode() {
    return 31 * port.number() + protocol.hashCode();
  }

  /** As a user may write it: {@code 8080}, {@code udp/[::1]:53}. */
  @Override
  public String toString() {
    String words =
        address
            .map(one ->
                one.family() == IpAddress.Family.V6
                    ? "[" + place().orElse("") + "]:" + port
                    : new Endpoint(one, port).toString())
            .orElseGet(port::toString);
    return protocol == Protocol.TCP ? words : protocol.word() + "/" + words;
  }
}

package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * A port that is asked about, with its protocol and address.
 *
 * @param address empty for a server that binds everything: 0.0.0.0 and [::]
 */
public record PortTarget(Protocol protocol, Optional<IpAddress> address, Port port)
    implements Target {
  /** The addresses that such a server would bind, each probed on its own. */
  public List<IpAddress> addresses() {
    return address.map(List::of).orElse(List.of(IpAddress.ANY_V4, IpAddress.ANY_V6));
  }

  /** As a user may write it: {@code 8080}, {@code udp/[::1]:53}. */
  @Override
  public String toString() {
    String place = address.map(one -> new Endpoint(one, port).toString()).orElseGet(port::toString);
    return protocol == Protocol.TCP ? place : protocol.word() + "/" + place;
  }
}

package inuse.core.ask.supervision;

import static inuse.kernel.abi.Constants.IPPROTO_TCP;
import static inuse.kernel.abi.Constants.IPPROTO_UDP;
import static inuse.kernel.abi.Constants.NFPROTO_IPV4;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.io.Addresses;
import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;
import inuse.kernel.netfilter.Expression;
import java.util.Optional;

/**
 * A packet for a port, as it arrives from another host: of it the family, the protocol, the
 * destination port and perhaps the destination address are known.
 */
final class FilteredPacket {
  /** Bytes of a port. */
  static final int PORT_BYTES = 2;

  private static final int PORT_OFFSET = 2;
  private static final int V4_PROTOCOL = 9;
  private static final int V4_DESTINATION = 16;
  private static final int V6_PROTOCOL = 6;
  private static final int V6_DESTINATION = 24;
  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;
  private static final int INTERFACE_BYTES = 16;
  private static final int WORD_BYTES = 4;

  private final int family;
  private final PortTarget target;
  private final String address;
  private final String protocol;
  private final String port;

  FilteredPacket(int family, PortTarget target, Optional<IpAddress> address) {
    this.family = family;
    this.target = target;
    this.address = address.map(FilteredPacket::bytes).orElse("");
    protocol =
        String.valueOf((char) (target.protocol() == Protocol.TCP ? IPPROTO_TCP : IPPROTO_UDP));
    int number = target.port().number();
    port = "" + (char) (number >> 8) + (char) (number & 0xff);
  }

  private static String bytes(IpAddress address) {
    byte[] bytes = new byte[address.family() == IpAddress.Family.V4 ? V4_BYTES : V6_BYTES];
    new RawAddress(address.high(), address.low()).write(bytes, 0, bytes.length);
    return Bytes.text(bytes, 0, bytes.length);
  }

  /** The address of these bytes. */
  static IpAddress address(String bytes) {
    int length = bytes.length();
    return Addresses.address(length == V6_BYTES, RawAddress.read(Bytes.of(bytes), 0, length));
  }

  boolean isV4() {
    return family == NFPROTO_IPV4;
  }

  /** Bytes of its addresses. */
  int addressBytes() {
    return isV4() ? V4_BYTES : V6_BYTES;
  }

  int family() {
    return family;
  }

  PortTarget target() {
    return target;
  }

  void load(Expression.Payload one, FilterRegisters registers) {
    registers.forget(one.register(), one.length());
    for (int i = 0; i < one.length(); i++) {
      int at = one.offset() + i;
      int into = one.register() + i;
      switch (one.base()) {
        case TRANSPORT -> {
          if (at >= PORT_OFFSET && at < PORT_OFFSET + PORT_BYTES) {
            registers.loadPortByte(into, port.charAt(at - PORT_OFFSET));
          }
        }
        case NETWORK -> {
          int destination = at - (isV4() ? V4_DESTINATION : V6_DESTINATION);
          if (at == (isV4() ? V4_PROTOCOL : V6_PROTOCOL)) {
            registers.loadByte(into, protocol.charAt(0));
          } else if (destination >= 0 && destination < address.length()) {
            registers.loadByte(into, address.charAt(destination));
          }
        }
        case OTHER -> {}
      }
    }
  }

  void load(Expression.Meta one, FilterRegisters registers) {
    switch (one.key()) {
      case FAMILY -> registers.load(one.register(), String.valueOf((char) family));
      case PROTOCOL -> registers.load(one.register(), protocol);
      case INTERFACE -> registers.forget(one.register(), INTERFACE_BYTES);
      case OTHER -> registers.forget(one.register(), WORD_BYTES);
    }
  }

  boolean isFor(Expression.Ports ports) {
    int number = target.port().number();
    return ports.ranges().stream().anyMatch(one -> one.first() <= number && number <= one.last());
  }
}

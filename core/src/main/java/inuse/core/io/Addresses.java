package inuse.core.io;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.AF_INET6;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Port;
import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;

/** Conversion of addresses between the kernel's bits and ours. */
public final class Addresses {
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;

  private Addresses() {}

  public static Endpoint endpoint(boolean v6, RawAddress raw, int port) {
    return new Endpoint(address(v6, raw), new Port(port));
  }

  public static IpAddress address(boolean v6, RawAddress raw) {
    IpAddress.Family family = v6 ? IpAddress.Family.V6 : IpAddress.Family.V4;
    return new IpAddress(family, raw.high(), raw.low());
  }

  static int family(IpAddress address) {
    return switch (address.family()) {
      case V4 -> AF_INET;
      case V6 -> AF_INET6;
    };
  }

  /** struct sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)). */
  public static byte[] socketAddress(Endpoint endpoint) {
    IpAddress address = endpoint.address();
    RawAddress raw = new RawAddress(address.high(), address.low());
    boolean v6 = address.family() == IpAddress.Family.V6;
    byte[] bytes = new byte[v6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES];
    Bytes.putShort(bytes, 0, family(address));
    Bytes.putNetworkShort(bytes, 2, endpoint.port().number());
    raw.write(bytes, v6 ? 8 : 4, v6 ? 16 : 4);
    return bytes;
  }
}

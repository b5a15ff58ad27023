package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.IFF_UP;
import static inuse.kernel.abi.Constants.IFLA_AMT_RELAY_PORT;
import static inuse.kernel.abi.Constants.IFLA_BAREUDP_PORT;
import static inuse.kernel.abi.Constants.IFLA_GENEVE_PORT;
import static inuse.kernel.abi.Constants.IFLA_IFNAME;
import static inuse.kernel.abi.Constants.IFLA_INFO_DATA;
import static inuse.kernel.abi.Constants.IFLA_INFO_KIND;
import static inuse.kernel.abi.Constants.IFLA_LINKINFO;
import static inuse.kernel.abi.Constants.IFLA_VXLAN_PORT;

import inuse.kernel.Bytes;
import java.util.OptionalInt;

/** The codec of a dump of network devices, RTM_GETLINK of rtnetlink(7). */
public final class LinkDump {
  /** sizeof(struct ifinfomsg). */
  public static final int RECORD_BYTES = 16;

  private LinkDump() {}

  /**
   * One network device.
   *
   * @param name without its terminating NUL
   * @param kind what kind of virtual device it is, {@code vxlan}; empty for real hardware
   * @param up whether it is up (IFF_UP); only then does a tunnel hold its port
   * @param port the UDP port on which a tunnel listens, where rtnetlink reports it
   */
  public record Link(String name, String kind, boolean up, OptionalInt port) {}

  /** The request's payload: all devices of this network namespace. */
  public static byte[] request() {
    return new byte[RECORD_BYTES];
  }

  /** The device in a message's payload. */
  public static Link decode(byte[] buffer, int from, int to) {
    if (to - from < RECORD_BYTES) {
      throw new Malformed("a link cut short", buffer, from, to);
    }
    boolean up = (Bytes.getInt(buffer, from + 8) & IFF_UP) != 0;
    String name =
        Attributes.text(buffer, Attributes.find(buffer, from + RECORD_BYTES, to, IFLA_IFNAME));
    Attributes.Span info = Attributes.find(buffer, from + RECORD_BYTES, to, IFLA_LINKINFO);
    String kind =
        Attributes.text(buffer, Attributes.find(buffer, info.from(), info.to(), IFLA_INFO_KIND));
    Attributes.Span data = Attributes.find(buffer, info.from(), info.to(), IFLA_INFO_DATA);
    return new Link(name, kind, up, port(buffer, data, kind));
  }

  private static OptionalInt port(byte[] buffer, Attributes.Span data, String kind) {
    int attribute =
        switch (kind) {
          case "vxlan" -> IFLA_VXLAN_PORT;
          case "geneve" -> IFLA_GENEVE_PORT;
          case "bareudp" -> IFLA_BAREUDP_PORT;
          case "amt" -> IFLA_AMT_RELAY_PORT;
          default -> 0;
        };
    if (attribute == 0) {
      return OptionalInt.empty();
    }
    Attributes.Span value = Attributes.find(buffer, data.from(), data.to(), attribute);
    return value.length() < 2
        ? OptionalInt.empty()
        : OptionalInt.of(Bytes.getNetworkShort(buffer, value.from()));
  }
}

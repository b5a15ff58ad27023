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

  private static final int ATTRIBUTE_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;

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
    String name = text(buffer, find(buffer, from + RECORD_BYTES, to, IFLA_IFNAME));
    Span info = find(buffer, from + RECORD_BYTES, to, IFLA_LINKINFO);
    String kind = text(buffer, find(buffer, info.from, info.to, IFLA_INFO_KIND));
    Span data = find(buffer, info.from, info.to, IFLA_INFO_DATA);
    return new Link(name, kind, up, port(buffer, data, kind));
  }

  /** The value of an attribute; empty where there is none. */
  private record Span(int from, int to) {}

  private static Span find(byte[] buffer, int from, int to, int wanted) {
    int at = from;
    while (at < to) {
      if (to - at < ATTRIBUTE_BYTES) {
        throw new Malformed("an attribute cut short", buffer, at, to);
      }
      int length = Bytes.getShort(buffer, at);
      if (length < ATTRIBUTE_BYTES || length > to - at) {
        throw new Malformed("an attribute of length " + length, buffer, at, to);
      }
      if ((Bytes.getShort(buffer, at + 2) & TYPE_MASK) == wanted) {
        return new Span(at + ATTRIBUTE_BYTES, at + length);
      }
      at += Message.aligned(length);
    }
    return new Span(from, from);
  }

  private static String text(byte[] buffer, Span span) {
    int end = span.from;
    while (end < span.to && buffer[end] != 0) {
      end++;
    }
    return Bytes.text(buffer, span.from, end - span.from);
  }

  private static OptionalInt port(byte[] buffer, Span data, String kind) {
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
    Span value = find(buffer, data.from, data.to, attribute);
    return value.to - value.from < 2
        ? OptionalInt.empty()
        : OptionalInt.of(Bytes.getNetworkShort(buffer, value.from));
  }
}

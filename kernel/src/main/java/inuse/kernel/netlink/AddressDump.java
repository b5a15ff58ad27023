package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IFA_ADDRESS;
import static inuse.kernel.abi.Constants.IFA_FLAGS;
import static inuse.kernel.abi.Constants.IFA_LOCAL;

import inuse.kernel.Bytes;
import inuse.kernel.RawAddress;

/** The codec of a dump of the interfaces' addresses, RTM_GETADDR of rtnetlink(7). */
public final class AddressDump {
  /** sizeof(struct ifaddrmsg). */
  public static final int RECORD_BYTES = 8;

  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;

  private AddressDump() {}

  /**
   * One address of one interface.
   *
   * @param index of the interface
   * @param flags IFA_F_TENTATIVE and the like
   */
  public record Entry(boolean v6, RawAddress address, int index, int flags) {}

  /** The request's payload: all addresses of this network namespace. */
  public static byte[] request() {
    return new byte[RECORD_BYTES];
  }

  /** The address in a message's payload. */
  public static Entry decode(byte[] buffer, int from, int to) {
    if (to - from < RECORD_BYTES) {
      throw new Malformed("an address cut short", buffer, from, to);
    }
    boolean v6 = buffer[from] == AF_INET6;
    int bytes = v6 ? V6_BYTES : V4_BYTES;
    int attributes = from + RECORD_BYTES;
    // Of a point-to-point link IFA_ADDRESS is the far end's.
    Attributes.Span local = Attributes.find(buffer, attributes, to, IFA_LOCAL);
    Attributes.Span place =
        local.length() == bytes ? local : Attributes.find(buffer, attributes, to, IFA_ADDRESS);
    if (place.length() != bytes) {
      throw new Malformed("an address without its bytes", buffer, from, to);
    }
    Attributes.Span wide = Attributes.find(buffer, attributes, to, IFA_FLAGS);
    return new Entry(
        v6,
        RawAddress.read(buffer, place.from(), bytes),
        Bytes.getInt(buffer, from + 4),
        wide.length() == 4 ? Bytes.getInt(buffer, wide.from()) : buffer[from + 2] & 0xff);
  }
}

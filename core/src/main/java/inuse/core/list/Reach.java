package inuse.core.list;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.Inventory;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.LocalAddress;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/**
 * Who can reach a socket, by its address alone: a packet filter may still be in front.
 *
 * @param device the interface, where it is one
 */
public record Reach(Kind kind, Optional<Untrusted> device) {
  private static final String LOOPBACK_DEVICE = "lo";

  /** From where. */
  public enum Kind {
    /** Every network that the host is in. */
    EVERYONE("everyone"),
    /** A private network. */
    LAN("lan"),
    /** This machine, or this network namespace. */
    LOCAL("local"),
    /** Inside another network namespace. */
    INSIDE("inside");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word for people and programs. */
    public String word() {
      return word;
    }
  }

  /** Whether the network can reach it. */
  public boolean isExposed() {
    return kind == Kind.EVERYONE || kind == Kind.LAN;
  }

  static Reach of(BoundSocket socket, Inventory.Space space) {
    IpAddress address = socket.local().address().unmapped();
    Optional<Untrusted> device =
        socket.device().map(Device::name).or(() -> deviceOf(address, space.addresses()));
    boolean loopback =
        isLoopback(address)
            || socket
                .device()
                .filter(one -> one.name().bytes().equals(LOOPBACK_DEVICE))
                .isPresent();
    if (loopback) {
      return new Reach(space.where().own() ? Kind.LOCAL : Kind.INSIDE, Optional.empty());
    }
    if (!space.where().own()) {
      return new Reach(Kind.INSIDE, device);
    }
    return new Reach(isPrivate(address) ? Kind.LAN : Kind.EVERYONE, device);
  }

  private static Optional<Untrusted> deviceOf(
      IpAddress address, Reading<List<LocalAddress>> addresses) {
    return addresses.toOptional().orElse(List.of()).stream()
        .filter(one -> one.address().equals(address))
        .map(one -> one.device().name())
        .findFirst();
  }

  private static boolean isLoopback(IpAddress address) {
    return address.family() == IpAddress.Family.V4
        ? address.low() >>> 24 == 127
        : address.equals(IpAddress.LOOPBACK_V6);
  }

  /** RFC 1918, 3927, 4193, 6598, and addresses of one link. */
  private static boolean isPrivate(IpAddress address) {
    if (address.family() == IpAddress.Family.V6) {
      return (address.high() >>> 57) == 0xfc >> 1 || (address.high() >>> 54) == 0xfe80 >> 6;
    }
    long bits = address.low();
    return bits >>> 24 == 10
        || bits >>> 20 == (172 << 4 | 1)
        || bits >>> 16 == (192 << 8 | 168)
        || bits >>> 16 == (169 << 8 | 254)
        || bits >>> 22 == (100 << 2 | 1);
  }
}

package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address.
 *
 * @param high the upper 64 bits of IPv6
 * @param low the lower 64 bits of IPv6, or the 32 of IPv4
 */
public record IpAddress(Family family, long high, long low) implements Comparable<IpAddress> {
  public static final IpAddress ANY_V4 = new IpAddress(Family.V4, 0, 0);
  public static final IpAddress ANY_V6 = new IpAddress(Family.V6, 0, 0);

  /** ::1. */
  public static final IpAddress LOOPBACK_V6 = new IpAddress(Family.V6, 0, 1);

  /** 127.0.0.1. */
  public static final IpAddress LOOPBACK_V4 = new IpAddress(Family.V4, 0, 0x7f00_0001L);

  private static final long MAPPED = 0xffff_0000_0000L;
  private static final int GROUPS = 8;

  /** The family. */
  public enum Family {
    V4,
    V6
  }

  public IpAddress {
    if (family == Family.V4 && (high != 0 || low < 0 || low > 0xffffffffL)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits, not " + low);
    }
  }

  /** IPv4 first. The halves of IPv6 as signed numbers: it is an order, and not that of the text. */
  @Override
  public int compareTo(IpAddress other) {
    int order = family.compareTo(other.family);
    if (order == 0) {
      order = Long.compare(high, other.high);
    }
    return order != 0 ? order : Long.compare(low, other.low);
  }

  /** 0.0.0.0 or [::], and ::ffff:0.0.0.0, which the kernel takes for the former. */
  public boolean isWildcard() {
    IpAddress plain = unmapped();
    return plain.high == 0 && plain.low == 0;
  }

  /** Whether this is the IPv6 wildcard, which alone may serve both families. */
  public boolean isWildcardV6() {
    return family == Family.V6 && high == 0 && low == 0;
  }

  /**
   * Whether it is one of each link, or of each interface, and bind(2) wants to know which
   * (__ipv6_addr_needs_scope_id(), include/net/ipv6.h).
   */
  public boolean needsInterface() {
    int first = family == Family.V6 ? (int) (high >>> 48) : 0;
    return (first & 0xffc0) == 0xfe80 || (first & 0xff0f) == 0xff01 || (first & 0xff0f) == 0xff02;
  }

  /** Whether it is this host's own, in every network namespace another: 127.0.0.0/8 or ::1. */
  public boolean isLoopback() {
    IpAddress plain = unmapped();
    return plain.family == Family.V4 ? plain.low >>> 24 == 127 : plain.equals(LOOPBACK_V6);
  }

  /** Whether it is that of a group, and of no host: 224.0.0.0/4 or ff00::/8. */
  public boolean isMulticast() {
    IpAddress plain = unmapped();
    return plain.family == Family.V4 ? plain.low >>> 28 == 0xe : plain.high >>> 56 == 0xff;
  }

  /** An IPv4 address as ::ffff:0:0/96; else this. */
  public IpAddress mapped() {
    return family == Family.V4 ? new IpAddress(Family.V6, 0, MAPPED | low) : this;
  }

  /** The IPv4 address inside ::ffff:0:0/96, which binds as that; else this. */
  public IpAddress unmapped() {
    return family == Family.V6 && high == 0 && (low & ~0xffffffffL) == MAPPED
        ? new IpAddress(Family.V4, 0, low & 0xffffffffL)
        : this;
  }

  /** Dotted decimal, or RFC 5952. */
  @Override
  public String toString() {
    if (family == Family.V4) {
      return dotted(low);
    }
    if (unmapped().family == Family.V4) {
      return "::ffff:" + dotted(low & 0xffffffffL);
    }
    int[] groups = groups();
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = 0;
      while (i + run < GROUPS && groups[i + run] == 0) {
        run++;
      }
      if (run > length) {
        start = i;
        length = run;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private int[] groups() {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      long half = i < 4 ? high : low;
      groups[i] = (int) (half >>> (48 - 16 * (i & 3))) & 0xffff;
    }
    return groups;
  }

  private static String dotted(long bits) {
    return ((bits >> 24) & 0xff)
        + "."
        + ((bits >> 16) & 0xff)
        + "."
        + ((bits >> 8) & 0xff)
        + "."
        + (bits & 0xff);
  }

  /** Reads an address as people write it, without brackets. */
  public static Optional<IpAddress> parse(String text) {
    return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text);
  }

  private static Optional<IpAddress> parseV4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    long bits = 0;
    for (String part : parts) {
      int value = number(part, 10, 3);
      if (value < 0 || value > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
        return Optional.empty();
      }
      bits = (bits << 8) | value;
    }
    return Optional.of(new IpAddress(Family.V4, 0, bits));
  }

  private static Optional<IpAddress> parseV6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return parseGroups(text, true).filter(all -> all.size() == GROUPS).map(IpAddress::ofGroups);
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return Optional.empty();
    }
    Optional<List<Integer>> front = parseGroups(text.substring(0, gap), false);
    Optional<List<Integer>> back = parseGroups(text.substring(gap + 2), true);
    if (front.isEmpty() || back.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> groups = new ArrayList<>(front.get());
    int missing = GROUPS - groups.size() - back.get().size();
    if (missing < 1) {
      return Optional.empty();
    }
    for (int i = 0; i < missing; i++) {
      groups.add(0);
    }
    groups.addAll(back.get());
    return Optional.of(ofGroups(groups));
  }

  /** Groups of sixteen bits; the last two of an address may be dotted decimal. */
  private static Optional<List<Integer>> parseGroups(String text, boolean atEnd) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return Optional.of(groups);
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (atEnd && i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        Optional<IpAddress> tail = parseV4(parts[i]);
        if (tail.isEmpty()) {
          return Optional.empty();
        }
        groups.add((int) (tail.get().low >> 16));
        groups.add((int) (tail.get().low & 0xffff));
      } else {
        int value = number(parts[i], 16, 4);
        if (value < 0) {
          return Optional.empty();
        }
        groups.add(value);
      }
    }
    return groups.size() > GROUPS ? Optional.empty() : Optional.of(groups);
  }

  private static IpAddress ofGroups(List<Integer> groups) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = (high << 16) | groups.get(i);
      low = (low << 16) | groups.get(i + 4);
    }
    return new IpAddress(Family.V6, high, low);
  }

  private static int number(String text, int radix, int mostDigits) {
    if (text.isEmpty() || text.length() > mostDigits) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }
}

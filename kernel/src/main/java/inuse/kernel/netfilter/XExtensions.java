package inuse.kernel.netfilter;

import inuse.kernel.netfilter.Expression.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The matches and targets of iptables (iptables-extensions(8)), which rules of nf_tables may have
 * as well. Numbers are in the machine's order, but for addresses and where it is said.
 */
final class XExtensions {
  private static final int ALL_PORTS = 0xffff;
  private static final int MAPS_ADDRESSES = 1;
  private static final int MAPS_PORTS = 2;

  /** Where a rule's own registers are, in which an address and a port are put. */
  private static final int ADDRESS = 0;

  private static final int PORT = 16;

  private XExtensions() {}

  /** What a match compares, by its structure. */
  static List<Expression> match(String name, int revision, String info) {
    return switch (name) {
      case "comment" -> List.of(new Expression.Passing());
      // struct xt_tcp: ports from, ports to, an option, flags, and what is inverted.
      case "tcp" -> info.length() < 12 ? unknown() : ports(info, info.charAt(11), info.charAt(9));
      // struct xt_udp: ports from, ports to, and what is inverted.
      case "udp" -> info.length() < 9 ? unknown() : ports(info, info.charAt(8), 0);
      case "multiport" -> revision != 1 || info.length() < 48 ? unknown() : several(info);
      default -> unknown();
    };
  }

  private static List<Expression> unknown() {
    return List.of(new Expression.Other());
  }

  private static List<Expression> ports(String info, int inverts, int more) {
    List<Expression> expressions = new ArrayList<>();
    if (half(info, 0) != 0 || half(info, 2) != ALL_PORTS || more != 0) {
      expressions.add(new Expression.Other());
    }
    Expression.Range range = new Expression.Range(half(info, 4), half(info, 6));
    if (range.first() != 0 || range.last() != ALL_PORTS) {
      expressions.add(new Expression.Ports(List.of(range), (inverts & 2) != 0));
    }
    return expressions;
  }

  /** struct xt_multiport_v1: which end, how many, 15 ports, which of them begin a range. */
  private static List<Expression> several(String info) {
    List<Expression.Range> ranges = new ArrayList<>();
    int count = Math.min(info.charAt(1), 15);
    for (int i = 0; i < count; i++) {
      int first = half(info, 2 + 2 * i);
      boolean begins = info.charAt(32 + i) != 0 && i + 1 < count;
      ranges.add(new Expression.Range(first, begins ? half(info, 2 + 2 * ++i) : first));
    }
    boolean source = info.charAt(0) == 0;
    return source ? unknown() : List.of(new Expression.Ports(ranges, info.charAt(47) != 0));
  }

  /** What a target does, by its structure. */
  static List<Expression> target(String name, int revision, String info, boolean v6) {
    return switch (name) {
      case "DNAT" -> nat(Way.DNAT, info, !v6 && revision == 0, v6);
      case "REDIRECT" -> nat(Way.REDIRECT, info, !v6, v6);
      case "TPROXY" -> tproxy(info, revision, v6);
      default -> unknown();
    };
  }

  /**
   * struct nf_nat_range: flags, the first and last address of 16 bytes each, the first and last
   * port.
   *
   * @param old whether it is struct nf_nat_ipv4_multi_range_compat: a count of one, and addresses
   *     of 4 bytes
   */
  private static List<Expression> nat(Way way, String info, boolean old, boolean v6) {
    int flagsAt = old ? 4 : 0;
    int addressAt = flagsAt + 4;
    int addressBytes = old ? 4 : 16;
    int portAt = addressAt + 2 * addressBytes;
    if (info.length() < portAt + 4) {
      return unknown(way);
    }
    int flags = number(info, flagsAt);
    boolean toAddress = way == Way.DNAT && (flags & MAPS_ADDRESSES) != 0;
    boolean toPort = (flags & MAPS_PORTS) != 0;
    String last = info.substring(addressAt + addressBytes, portAt);
    String address = info.substring(addressAt, addressAt + addressBytes);
    String port = info.substring(portAt, portAt + 2);
    boolean several =
        (toAddress && !address.equals(last))
            || (toPort && !port.equals(info.substring(portAt + 2, portAt + 4)));
    return List.of(
        new Expression.Load(ADDRESS, address.substring(0, v6 ? 16 : 4)),
        new Expression.Load(PORT, port),
        new Expression.Translate(
            way, register(ADDRESS, toAddress), register(PORT, toPort), several));
  }

  /** A structure that is too short: it is not known where to. */
  private static List<Expression> unknown(Way way) {
    return List.of(new Expression.Translate(way, OptionalInt.empty(), OptionalInt.empty(), true));
  }

  private static OptionalInt register(int at, boolean named) {
    return named ? OptionalInt.of(at) : OptionalInt.empty();
  }

  /** struct xt_tproxy_target_info: a mark and its mask, an address, a port. */
  private static List<Expression> tproxy(String info, int revision, boolean v6) {
    int portAt = revision == 0 ? 12 : 24;
    if (info.length() < portAt + 2) {
      return unknown(Way.TPROXY);
    }
    String address = info.substring(8, revision == 0 || !v6 ? 12 : 24);
    String port = info.substring(portAt, portAt + 2);
    return List.of(
        new Expression.Load(ADDRESS, address),
        new Expression.Load(PORT, port),
        new Expression.Translate(
            Way.TPROXY,
            register(ADDRESS, !address.equals("\0".repeat(address.length()))),
            register(PORT, !port.equals("\0\0")),
            false));
  }

  private static int half(String bytes, int at) {
    return bytes.charAt(at) | bytes.charAt(at + 1) << 8;
  }

  static int number(String bytes, int at) {
    return half(bytes, at) | half(bytes, at + 2) << 16;
  }
}

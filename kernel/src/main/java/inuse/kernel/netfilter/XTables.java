package inuse.kernel.netfilter;

import static inuse.kernel.abi.Constants.NFPROTO_IPV4;
import static inuse.kernel.abi.Constants.NFPROTO_IPV6;
import static inuse.kernel.abi.Constants.NF_INET_PRE_ROUTING;

import inuse.kernel.Bytes;
import inuse.kernel.netfilter.Expression.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables of iptables (linux/netfilter/x_tables.h, linux/netfilter_ipv4/ip_tables.h and
 * linux/netfilter_ipv6/ip6_tables.h). Numbers are in the machine's order, but for addresses and
 * where it is said.
 */
public final class XTables {
  /** sizeof(struct ipt_getinfo): a table's name, where its hooks begin, and its size. */
  public static final int INFO_BYTES = 84;

  /** XT_TABLE_MAXNAMELEN. */
  public static final int NAME_BYTES = 32;

  /** The bytes of struct ipt_get_entries before the first entry. */
  public static final int ENTRIES_AT = 40;

  private static final int VALID_HOOKS = 32;
  private static final int HOOK_ENTRY = 36;
  private static final int SIZE = 80;

  /** sizeof(struct xt_entry_match), and of struct xt_entry_target. */
  private static final int EXTENSION_BYTES = 32;

  private static final int EXTENSION_NAME_BYTES = 29;
  private static final int XT_RETURN = -5;
  private static final int INVERTS_DESTINATION = 0x10;
  private static final int INVERTS_PROTOCOL = 0x40;

  /** The register that fields of the header are compared in. */
  private static final int REGISTER = 0;

  private XTables() {}

  /**
   * Where the fields of an entry are, and of the packet's header.
   *
   * @param goes the flag of a goto
   */
  private record Layout(
      int family,
      int entryBytes,
      int addressBytes,
      int inInterface,
      int outInterface,
      int protocol,
      int flags,
      int inverts,
      int goes,
      int target,
      int destinationInHeader) {}

  private static final Layout V4 =
      new Layout(NFPROTO_IPV4, 112, 4, 16, 32, 80, 82, 83, 0x02, 88, 16);
  private static final Layout V6 =
      new Layout(NFPROTO_IPV6, 168, 16, 64, 80, 128, 131, 132, 0x04, 140, 24);

  /** The bytes of all rules of a table that struct ipt_getinfo tells of. */
  public static long size(byte[] info) {
    return Bytes.getUnsignedInt(info, SIZE);
  }

  /** The chains and rules of one table. */
  public record Table(List<Chain> chains, List<Rule> rules) {
    public Table {
      chains = List.copyOf(chains);
      rules = List.copyOf(rules);
    }
  }

  /**
   * Reads a table.
   *
   * @param info a struct ipt_getinfo
   * @param entries a struct ipt_get_entries
   * @return what came before the first entry that is none
   */
  public static Table table(boolean v6, String name, byte[] info, byte[] entries) {
    Layout layout = v6 ? V6 : V4;
    Map<Integer, String> chains = chains(layout, info, entries);
    List<Rule> rules = new ArrayList<>();
    String chain = "";
    for (int at = ENTRIES_AT; isEntry(layout, entries, at); at = next(layout, entries, at)) {
      chain = chains.getOrDefault(at - ENTRIES_AT, chain);
      rules.add(new Rule(layout.family, name, chain, expressions(layout, entries, at, chains)));
    }
    boolean hooked = (Bytes.getInt(info, VALID_HOOKS) & 1 << NF_INET_PRE_ROUTING) != 0;
    return new Table(
        hooked
            ? List.of(new Chain(layout.family, name, "PREROUTING", NF_INET_PRE_ROUTING))
            : List.of(),
        rules);
  }

  /** Each chain's name by the offset of its first entry. */
  private static Map<Integer, String> chains(Layout layout, byte[] info, byte[] entries) {
    Map<Integer, String> chains = new HashMap<>();
    for (int hook = 0; hook < 5; hook++) {
      if ((Bytes.getInt(info, VALID_HOOKS) & 1 << hook) != 0) {
        chains.put(
            Bytes.getInt(info, HOOK_ENTRY + 4 * hook),
            hook == NF_INET_PRE_ROUTING ? "PREROUTING" : "hook " + hook);
      }
    }
    for (int at = ENTRIES_AT; isEntry(layout, entries, at); at = next(layout, entries, at)) {
      int target = at + Bytes.getShort(entries, at + layout.target);
      if (extension(entries, target).equals("ERROR")) {
        chains.put(
            next(layout, entries, at) - ENTRIES_AT,
            name(entries, target + EXTENSION_BYTES, next(layout, entries, at)));
      }
    }
    return chains;
  }

  /** Whether there is an entry with a target, both whole. */
  private static boolean isEntry(Layout layout, byte[] entries, int at) {
    if (at > entries.length - layout.entryBytes) {
      return false;
    }
    int target = Bytes.getShort(entries, at + layout.target);
    int next = Bytes.getShort(entries, at + layout.target + 2);
    return target >= layout.entryBytes
        && next >= target + EXTENSION_BYTES
        && next <= entries.length - at
        && Bytes.getShort(entries, at + target) >= EXTENSION_BYTES
        && Bytes.getShort(entries, at + target) <= next - target;
  }

  private static int next(Layout layout, byte[] entries, int at) {
    return at + Bytes.getShort(entries, at + layout.target + 2);
  }

  private static String extension(byte[] entries, int at) {
    return name(entries, at + 2, at + 2 + EXTENSION_NAME_BYTES);
  }

  private static String name(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != 0) {
      end++;
    }
    return Bytes.text(bytes, from, end - from);
  }

  private static List<Expression> expressions(
      Layout layout, byte[] entries, int at, Map<Integer, String> chains) {
    List<Expression> expressions = new ArrayList<>(header(layout, entries, at));
    int target = at + Bytes.getShort(entries, at + layout.target);
    for (int one = at + layout.entryBytes; one <= target - EXTENSION_BYTES; ) {
      int size = Bytes.getShort(entries, one);
      if (size < EXTENSION_BYTES || size > target - one) {
        expressions.add(new Expression.Other());
        break;
      }
      expressions.addAll(
          XExtensions.match(
              extension(entries, one),
              entries[one + 31] & 0xff,
              Bytes.text(entries, one + EXTENSION_BYTES, size - EXTENSION_BYTES)));
      one += size;
    }
    int size = Bytes.getShort(entries, target);
    String name = extension(entries, target);
    String info = Bytes.text(entries, target + EXTENSION_BYTES, size - EXTENSION_BYTES);
    if (name.isEmpty() && info.length() >= 4) {
      boolean jumps = (entries[at + layout.flags] & layout.goes) == 0;
      expressions.add(standard(XExtensions.number(info, 0), jumps, chains));
    } else if (name.equals("ERROR")) {
      // The end of a chain: it returns.
      expressions.add(new Expression.Verdict(Decision.RETURN, ""));
    } else {
      expressions.addAll(
          XExtensions.target(
              name, entries[target + 31] & 0xff, info, layout.family == NFPROTO_IPV6));
    }
    return expressions;
  }

  private static Expression standard(int verdict, boolean jumps, Map<Integer, String> chains) {
    if (verdict >= 0) {
      String chain = chains.getOrDefault(verdict, "");
      // To the entry after the rule itself: iptables has that for a rule without target.
      return chain.isEmpty()
          ? new Expression.Passing()
          : new Expression.Verdict(jumps ? Decision.JUMP : Decision.GOTO, chain);
    }
    return new Expression.Verdict(verdict == XT_RETURN ? Decision.RETURN : Decision.END, "");
  }

  /** Of struct ipt_ip and struct ip6t_ip6: protocol, destination, and whether there is more. */
  private static List<Expression> header(Layout layout, byte[] entries, int at) {
    List<Expression> expressions = new ArrayList<>();
    int inverts = entries[at + layout.inverts];
    int length = layout.addressBytes;
    boolean source = !isZero(entries, at + 2 * length, length);
    if (source || entries[at + layout.inInterface] != 0 || entries[at + layout.outInterface] != 0) {
      expressions.add(new Expression.Other());
    }
    String mask = Bytes.text(entries, at + 3 * length, length);
    if (!isZero(entries, at + 3 * length, length)) {
      String address = Bytes.text(entries, at + length, length);
      expressions.add(
          new Expression.Payload(
              Expression.Base.NETWORK, layout.destinationInHeader, length, REGISTER));
      expressions.add(new Expression.Mask(REGISTER, REGISTER, mask, "\0".repeat(length)));
      expressions.add(
          new Expression.Between(REGISTER, address, address, (inverts & INVERTS_DESTINATION) != 0));
    }
    int protocol = Bytes.getShort(entries, at + layout.protocol);
    if (protocol != 0) {
      String value = String.valueOf((char) (protocol & 0xff));
      expressions.add(new Expression.Meta(Expression.Key.PROTOCOL, REGISTER));
      expressions.add(
          new Expression.Between(REGISTER, value, value, (inverts & INVERTS_PROTOCOL) != 0));
    }
    return expressions;
  }

  private static boolean isZero(byte[] bytes, int at, int length) {
    for (int i = at; i < at + length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}

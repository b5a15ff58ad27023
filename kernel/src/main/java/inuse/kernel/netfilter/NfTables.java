package inuse.kernel.netfilter;

import static inuse.kernel.abi.Constants.NFNL_SUBSYS_NFTABLES;
import static inuse.kernel.abi.Constants.NFPROTO_IPV6;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_DREG;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_MASK;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_OP;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_SREG;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_XOR;
import static inuse.kernel.abi.Constants.NFTA_CHAIN_HOOK;
import static inuse.kernel.abi.Constants.NFTA_CHAIN_NAME;
import static inuse.kernel.abi.Constants.NFTA_CHAIN_TABLE;
import static inuse.kernel.abi.Constants.NFTA_CMP_DATA;
import static inuse.kernel.abi.Constants.NFTA_CMP_OP;
import static inuse.kernel.abi.Constants.NFTA_CMP_SREG;
import static inuse.kernel.abi.Constants.NFTA_DATA_VALUE;
import static inuse.kernel.abi.Constants.NFTA_DATA_VERDICT;
import static inuse.kernel.abi.Constants.NFTA_EXPR_DATA;
import static inuse.kernel.abi.Constants.NFTA_EXPR_NAME;
import static inuse.kernel.abi.Constants.NFTA_HOOK_HOOKNUM;
import static inuse.kernel.abi.Constants.NFTA_IMMEDIATE_DATA;
import static inuse.kernel.abi.Constants.NFTA_IMMEDIATE_DREG;
import static inuse.kernel.abi.Constants.NFTA_LOOKUP_DREG;
import static inuse.kernel.abi.Constants.NFTA_LOOKUP_FLAGS;
import static inuse.kernel.abi.Constants.NFTA_LOOKUP_SET;
import static inuse.kernel.abi.Constants.NFTA_LOOKUP_SREG;
import static inuse.kernel.abi.Constants.NFTA_MATCH_INFO;
import static inuse.kernel.abi.Constants.NFTA_MATCH_NAME;
import static inuse.kernel.abi.Constants.NFTA_MATCH_REV;
import static inuse.kernel.abi.Constants.NFTA_META_DREG;
import static inuse.kernel.abi.Constants.NFTA_META_KEY;
import static inuse.kernel.abi.Constants.NFTA_NAT_REG_ADDR_MAX;
import static inuse.kernel.abi.Constants.NFTA_NAT_REG_ADDR_MIN;
import static inuse.kernel.abi.Constants.NFTA_NAT_REG_PROTO_MAX;
import static inuse.kernel.abi.Constants.NFTA_NAT_REG_PROTO_MIN;
import static inuse.kernel.abi.Constants.NFTA_NAT_TYPE;
import static inuse.kernel.abi.Constants.NFTA_PAYLOAD_BASE;
import static inuse.kernel.abi.Constants.NFTA_PAYLOAD_DREG;
import static inuse.kernel.abi.Constants.NFTA_PAYLOAD_LEN;
import static inuse.kernel.abi.Constants.NFTA_PAYLOAD_OFFSET;
import static inuse.kernel.abi.Constants.NFTA_RANGE_FROM_DATA;
import static inuse.kernel.abi.Constants.NFTA_RANGE_OP;
import static inuse.kernel.abi.Constants.NFTA_RANGE_SREG;
import static inuse.kernel.abi.Constants.NFTA_RANGE_TO_DATA;
import static inuse.kernel.abi.Constants.NFTA_REDIR_REG_PROTO_MAX;
import static inuse.kernel.abi.Constants.NFTA_REDIR_REG_PROTO_MIN;
import static inuse.kernel.abi.Constants.NFTA_RULE_CHAIN;
import static inuse.kernel.abi.Constants.NFTA_RULE_EXPRESSIONS;
import static inuse.kernel.abi.Constants.NFTA_RULE_TABLE;
import static inuse.kernel.abi.Constants.NFTA_SET_ELEM_DATA;
import static inuse.kernel.abi.Constants.NFTA_SET_ELEM_FLAGS;
import static inuse.kernel.abi.Constants.NFTA_SET_ELEM_KEY;
import static inuse.kernel.abi.Constants.NFTA_SET_ELEM_KEY_END;
import static inuse.kernel.abi.Constants.NFTA_SET_ELEM_LIST_ELEMENTS;
import static inuse.kernel.abi.Constants.NFTA_SET_ELEM_LIST_SET;
import static inuse.kernel.abi.Constants.NFTA_SET_ELEM_LIST_TABLE;
import static inuse.kernel.abi.Constants.NFTA_SET_FLAGS;
import static inuse.kernel.abi.Constants.NFTA_SET_NAME;
import static inuse.kernel.abi.Constants.NFTA_SET_TABLE;
import static inuse.kernel.abi.Constants.NFTA_TARGET_INFO;
import static inuse.kernel.abi.Constants.NFTA_TARGET_NAME;
import static inuse.kernel.abi.Constants.NFTA_TARGET_REV;
import static inuse.kernel.abi.Constants.NFTA_TPROXY_REG_ADDR;
import static inuse.kernel.abi.Constants.NFTA_TPROXY_REG_PORT;
import static inuse.kernel.abi.Constants.NFTA_VERDICT_CHAIN;
import static inuse.kernel.abi.Constants.NFTA_VERDICT_CODE;
import static inuse.kernel.abi.Constants.NFT_BREAK;
import static inuse.kernel.abi.Constants.NFT_CMP_EQ;
import static inuse.kernel.abi.Constants.NFT_CMP_GT;
import static inuse.kernel.abi.Constants.NFT_CMP_GTE;
import static inuse.kernel.abi.Constants.NFT_CMP_LT;
import static inuse.kernel.abi.Constants.NFT_CMP_LTE;
import static inuse.kernel.abi.Constants.NFT_CMP_NEQ;
import static inuse.kernel.abi.Constants.NFT_CONTINUE;
import static inuse.kernel.abi.Constants.NFT_GOTO;
import static inuse.kernel.abi.Constants.NFT_JUMP;
import static inuse.kernel.abi.Constants.NFT_LOOKUP_F_INV;
import static inuse.kernel.abi.Constants.NFT_META_IIFNAME;
import static inuse.kernel.abi.Constants.NFT_META_L4PROTO;
import static inuse.kernel.abi.Constants.NFT_META_NFPROTO;
import static inuse.kernel.abi.Constants.NFT_META_OIFNAME;
import static inuse.kernel.abi.Constants.NFT_NAT_DNAT;
import static inuse.kernel.abi.Constants.NFT_PAYLOAD_NETWORK_HEADER;
import static inuse.kernel.abi.Constants.NFT_PAYLOAD_TRANSPORT_HEADER;
import static inuse.kernel.abi.Constants.NFT_RANGE_NEQ;
import static inuse.kernel.abi.Constants.NFT_RETURN;
import static inuse.kernel.abi.Constants.NFT_SET_ELEM_INTERVAL_END;

import inuse.kernel.Bytes;
import inuse.kernel.netfilter.Expression.Decision;
import inuse.kernel.netfilter.Expression.Way;
import inuse.kernel.netlink.Attributes;
import inuse.kernel.netlink.Attributes.Span;
import inuse.kernel.netlink.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The codec of nf_tables over NETLINK_NETFILTER (linux/netfilter/nf_tables.h). The kernel answers
 * who has CAP_NET_ADMIN in the network namespace. Numbers are in network order.
 */
public final class NfTables {
  /** sizeof(struct nfgenmsg). */
  public static final int HEADER_BYTES = 4;

  private static final int VERDICT_REGISTER = 0;

  /** NFT_REG_1 to NFT_REG_4 have 16 bytes each, NFT_REG32_00 and the following 4. */
  private static final int LONG_REGISTERS = 4;

  private static final int FIRST_SHORT = 8;
  private static final int LONG_BYTES = 16;
  private static final int SHORT_BYTES = 4;

  private NfTables() {}

  /** The type of a message of nf_tables. */
  public static int type(int message) {
    return NFNL_SUBSYS_NFTABLES << 8 | message;
  }

  /** The request's payload: of all families and tables. */
  public static byte[] request() {
    return new byte[HEADER_BYTES];
  }

  /** The request's payload: the elements of one set. */
  public static byte[] elementsRequest(int family, String table, String set) {
    byte[] first = text(NFTA_SET_ELEM_LIST_TABLE, table);
    byte[] second = text(NFTA_SET_ELEM_LIST_SET, set);
    byte[] payload = new byte[HEADER_BYTES + first.length + second.length];
    payload[0] = (byte) family;
    System.arraycopy(first, 0, payload, HEADER_BYTES, first.length);
    System.arraycopy(second, 0, payload, HEADER_BYTES + first.length, second.length);
    return payload;
  }

  private static byte[] text(int type, String value) {
    int length = 4 + value.length() + 1;
    byte[] attribute = new byte[length + 3 & ~3];
    Bytes.putShort(attribute, 0, length);
    Bytes.putShort(attribute, 2, type);
    System.arraycopy(Bytes.of(value), 0, attribute, 4, value.length());
    return attribute;
  }

  /** The chain in a message's payload. */
  public static Chain chain(byte[] buffer, int from, int to) {
    int family = family(buffer, from, to);
    int at = from + HEADER_BYTES;
    Span hook = Attributes.find(buffer, at, to, NFTA_CHAIN_HOOK);
    return new Chain(
        family,
        name(buffer, at, to, NFTA_CHAIN_TABLE),
        name(buffer, at, to, NFTA_CHAIN_NAME),
        hook.length() == 0 ? -1 : number(buffer, hook, NFTA_HOOK_HOOKNUM, -1));
  }

  /** The rule in a message's payload. */
  public static Rule rule(byte[] buffer, int from, int to) {
    int family = family(buffer, from, to);
    int at = from + HEADER_BYTES;
    Span list = Attributes.find(buffer, at, to, NFTA_RULE_EXPRESSIONS);
    List<Expression> expressions = new ArrayList<>();
    Attributes.each(
        buffer,
        list,
        (type, one) -> expressions.addAll(expressions(buffer, one, family == NFPROTO_IPV6)));
    return new Rule(
        family,
        name(buffer, at, to, NFTA_RULE_TABLE),
        name(buffer, at, to, NFTA_RULE_CHAIN),
        expressions);
  }

  /** The elements in a message's payload: of a large set there are several messages. */
  public static List<Element> elements(byte[] buffer, int from, int to) {
    family(buffer, from, to);
    List<Element> elements = new ArrayList<>();
    Span list = Attributes.find(buffer, from + HEADER_BYTES, to, NFTA_SET_ELEM_LIST_ELEMENTS);
    Attributes.each(buffer, list, (type, one) -> elements.add(element(buffer, one)));
    return elements;
  }

  /** A set, with its NFT_SET_INTERVAL and other flags. */
  public record Set(int family, String table, String name, int flags) {}

  /** The set in a message's payload. */
  public static Set set(byte[] buffer, int from, int to) {
    int family = family(buffer, from, to);
    int at = from + HEADER_BYTES;
    return new Set(
        family,
        name(buffer, at, to, NFTA_SET_TABLE),
        name(buffer, at, to, NFTA_SET_NAME),
        number(buffer, new Span(at, to), NFTA_SET_FLAGS, 0));
  }

  private static int family(byte[] buffer, int from, int to) {
    if (to - from < HEADER_BYTES) {
      throw new Malformed("a message of nf_tables cut short", buffer, from, to);
    }
    return buffer[from] & 0xff;
  }

  private static String name(byte[] buffer, int from, int to, int type) {
    return Attributes.text(buffer, Attributes.find(buffer, from, to, type));
  }

  private static int number(byte[] buffer, Span within, int type, int otherwise) {
    Span value = Attributes.find(buffer, within.from(), within.to(), type);
    return value.length() == 4
        ? Integer.reverseBytes(Bytes.getInt(buffer, value.from()))
        : otherwise;
  }

  private static Span nested(byte[] buffer, Span within, int type) {
    return Attributes.find(buffer, within.from(), within.to(), type);
  }

  private static String bytes(byte[] buffer, Span span) {
    return Bytes.text(buffer, span.from(), span.length());
  }

  /** NFTA_DATA_VALUE in an attribute. */
  private static String value(byte[] buffer, Span within, int type) {
    Span data = nested(buffer, within, type);
    return bytes(buffer, nested(buffer, data, NFTA_DATA_VALUE));
  }

  private static Element element(byte[] buffer, Span one) {
    int flags = number(buffer, one, NFTA_SET_ELEM_FLAGS, 0);
    Span last = nested(buffer, one, NFTA_SET_ELEM_KEY_END);
    Span data = nested(buffer, one, NFTA_SET_ELEM_DATA);
    return new Element(
        value(buffer, one, NFTA_SET_ELEM_KEY),
        last.length() == 0
            ? Optional.empty()
            : Optional.of(value(buffer, one, NFTA_SET_ELEM_KEY_END)),
        (flags & NFT_SET_ELEM_INTERVAL_END) != 0,
        value(buffer, one, NFTA_SET_ELEM_DATA),
        verdict(buffer, data));
  }

  private static Optional<Expression.Verdict> verdict(byte[] buffer, Span data) {
    Span verdict = nested(buffer, data, NFTA_DATA_VERDICT);
    if (verdict.length() == 0) {
      return Optional.empty();
    }
    Decision decision =
        switch (number(buffer, verdict, NFTA_VERDICT_CODE, NFT_CONTINUE)) {
          case NFT_CONTINUE, NFT_BREAK -> Decision.CONTINUE;
          case NFT_JUMP -> Decision.JUMP;
          case NFT_GOTO -> Decision.GOTO;
          case NFT_RETURN -> Decision.RETURN;
          default -> Decision.END;
        };
    return Optional.of(
        new Expression.Verdict(
            decision, name(buffer, verdict.from(), verdict.to(), NFTA_VERDICT_CHAIN)));
  }

  private static List<Expression> expressions(byte[] buffer, Span one, boolean v6) {
    Span data = nested(buffer, one, NFTA_EXPR_DATA);
    return switch (name(buffer, one.from(), one.to(), NFTA_EXPR_NAME)) {
      case "payload" -> List.of(payload(buffer, data));
      case "meta" -> List.of(meta(buffer, data));
      case "immediate" -> List.of(immediate(buffer, data));
      case "bitwise" -> List.of(mask(buffer, data));
      case "cmp" -> List.of(comparison(buffer, data));
      case "range" -> List.of(range(buffer, data));
      case "lookup" -> List.of(lookup(buffer, data));
      case "nat" -> List.of(nat(buffer, data));
      case "redir" -> {
        OptionalInt port = holding(buffer, data, NFTA_REDIR_REG_PROTO_MIN);
        boolean several = differ(buffer, data, NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX);
        yield List.of(new Expression.Translate(Way.REDIRECT, OptionalInt.empty(), port, several));
      }
      case "tproxy" ->
          List.of(
              new Expression.Translate(
                  Way.TPROXY,
                  holding(buffer, data, NFTA_TPROXY_REG_ADDR),
                  holding(buffer, data, NFTA_TPROXY_REG_PORT),
                  false));
      case "match" -> {
        String name = name(buffer, data.from(), data.to(), NFTA_MATCH_NAME);
        int revision = number(buffer, data, NFTA_MATCH_REV, 0);
        yield XTables.match(name, revision, bytes(buffer, nested(buffer, data, NFTA_MATCH_INFO)));
      }
      case "target" -> {
        String name = name(buffer, data.from(), data.to(), NFTA_TARGET_NAME);
        int revision = number(buffer, data, NFTA_TARGET_REV, 0);
        yield XTables.target(
            name, revision, bytes(buffer, nested(buffer, data, NFTA_TARGET_INFO)), v6);
      }
      case "counter", "log", "notrack" -> List.of(new Expression.Passing());
      default -> List.of(new Expression.Other());
    };
  }

  /** The index of a register's first byte; empty for none, and for one that there is not. */
  private static OptionalInt register(byte[] buffer, Span within, int type) {
    int number = number(buffer, within, type, -1);
    if (number == VERDICT_REGISTER) {
      return OptionalInt.of(Expression.VERDICT);
    }
    if (number > 0 && number <= LONG_REGISTERS) {
      return OptionalInt.of((number - 1) * LONG_BYTES);
    }
    boolean known =
        number >= FIRST_SHORT && number < FIRST_SHORT + Expression.REGISTER_BYTES / SHORT_BYTES;
    return known ? OptionalInt.of((number - FIRST_SHORT) * SHORT_BYTES) : OptionalInt.empty();
  }

  /** A register that holds a value. */
  private static OptionalInt holding(byte[] buffer, Span within, int type) {
    OptionalInt register = register(buffer, within, type);
    return register.orElse(Expression.VERDICT) == Expression.VERDICT
        ? OptionalInt.empty()
        : register;
  }

  private static Expression payload(byte[] buffer, Span data) {
    OptionalInt into = holding(buffer, data, NFTA_PAYLOAD_DREG);
    int offset = number(buffer, data, NFTA_PAYLOAD_OFFSET, -1);
    int length = number(buffer, data, NFTA_PAYLOAD_LEN, -1);
    if (into.isEmpty() || offset < 0 || length <= 0 || length > Expression.REGISTER_BYTES) {
      return new Expression.Other();
    }
    Expression.Base base =
        switch (number(buffer, data, NFTA_PAYLOAD_BASE, -1)) {
          case NFT_PAYLOAD_NETWORK_HEADER -> Expression.Base.NETWORK;
          case NFT_PAYLOAD_TRANSPORT_HEADER -> Expression.Base.TRANSPORT;
          default -> Expression.Base.OTHER;
        };
    return new Expression.Payload(base, offset, length, into.getAsInt());
  }

  private static Expression meta(byte[] buffer, Span data) {
    OptionalInt into = holding(buffer, data, NFTA_META_DREG);
    if (into.isEmpty()) {
      // It sets a mark, which a rule that follows may look at.
      return new Expression.Other();
    }
    Expression.Key key =
        switch (number(buffer, data, NFTA_META_KEY, -1)) {
          case NFT_META_NFPROTO -> Expression.Key.FAMILY;
          case NFT_META_L4PROTO -> Expression.Key.PROTOCOL;
          case NFT_META_IIFNAME, NFT_META_OIFNAME -> Expression.Key.INTERFACE;
          default -> Expression.Key.OTHER;
        };
    return new Expression.Meta(key, into.getAsInt());
  }

  private static Expression immediate(byte[] buffer, Span data) {
    OptionalInt into = register(buffer, data, NFTA_IMMEDIATE_DREG);
    if (into.isEmpty()) {
      return new Expression.Other();
    }
    if (into.getAsInt() != Expression.VERDICT) {
      return new Expression.Load(into.getAsInt(), value(buffer, data, NFTA_IMMEDIATE_DATA));
    }
    Optional<Expression.Verdict> verdict =
        verdict(buffer, nested(buffer, data, NFTA_IMMEDIATE_DATA));
    return verdict.isPresent() ? verdict.get() : new Expression.Other();
  }

  private static Expression mask(byte[] buffer, Span data) {
    OptionalInt of = holding(buffer, data, NFTA_BITWISE_SREG);
    OptionalInt into = holding(buffer, data, NFTA_BITWISE_DREG);
    String mask = value(buffer, data, NFTA_BITWISE_MASK);
    String flips = value(buffer, data, NFTA_BITWISE_XOR);
    boolean known =
        of.isPresent()
            && into.isPresent()
            && number(buffer, data, NFTA_BITWISE_OP, 0) == 0
            && mask.length() == flips.length();
    return known
        ? new Expression.Mask(of.getAsInt(), into.getAsInt(), mask, flips)
        : new Expression.Other();
  }

  private static Expression comparison(byte[] buffer, Span data) {
    OptionalInt of = holding(buffer, data, NFTA_CMP_SREG);
    String value = value(buffer, data, NFTA_CMP_DATA);
    if (of.isEmpty() || value.isEmpty()) {
      return new Expression.Other();
    }
    String least = "\0".repeat(value.length());
    String most = "\u00ff".repeat(value.length());
    int register = of.getAsInt();
    return switch (number(buffer, data, NFTA_CMP_OP, -1)) {
      case NFT_CMP_EQ -> new Expression.Between(register, value, value, false);
      case NFT_CMP_NEQ -> new Expression.Between(register, value, value, true);
      case NFT_CMP_LT -> new Expression.Between(register, value, most, true);
      case NFT_CMP_LTE -> new Expression.Between(register, least, value, false);
      case NFT_CMP_GT -> new Expression.Between(register, least, value, true);
      case NFT_CMP_GTE -> new Expression.Between(register, value, most, false);
      default -> new Expression.Other();
    };
  }

  private static Expression range(byte[] buffer, Span data) {
    OptionalInt of = holding(buffer, data, NFTA_RANGE_SREG);
    String low = value(buffer, data, NFTA_RANGE_FROM_DATA);
    String high = value(buffer, data, NFTA_RANGE_TO_DATA);
    return of.isEmpty() || low.isEmpty() || low.length() != high.length()
        ? new Expression.Other()
        : new Expression.Between(
            of.getAsInt(), low, high, number(buffer, data, NFTA_RANGE_OP, 0) == NFT_RANGE_NEQ);
  }

  private static Expression lookup(byte[] buffer, Span data) {
    OptionalInt of = holding(buffer, data, NFTA_LOOKUP_SREG);
    String set = name(buffer, data.from(), data.to(), NFTA_LOOKUP_SET);
    boolean inverted = (number(buffer, data, NFTA_LOOKUP_FLAGS, 0) & NFT_LOOKUP_F_INV) != 0;
    return of.isEmpty()
        ? new Expression.Other()
        : new Expression.Lookup(
            set, of.getAsInt(), register(buffer, data, NFTA_LOOKUP_DREG), inverted);
  }

  private static Expression nat(byte[] buffer, Span data) {
    if (number(buffer, data, NFTA_NAT_TYPE, -1) != NFT_NAT_DNAT) {
      return new Expression.Other();
    }
    return new Expression.Translate(
        Way.DNAT,
        holding(buffer, data, NFTA_NAT_REG_ADDR_MIN),
        holding(buffer, data, NFTA_NAT_REG_PROTO_MIN),
        differ(buffer, data, NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_ADDR_MAX)
            || differ(buffer, data, NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX));
  }

  /** Whether a range is named, by two registers; of one value the kernel names one twice. */
  private static boolean differ(byte[] buffer, Span data, int least, int most) {
    OptionalInt last = holding(buffer, data, most);
    return last.isPresent() && !last.equals(holding(buffer, data, least));
  }
}

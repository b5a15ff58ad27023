package inuse.kernel.netfilter;

import static inuse.kernel.abi.Constants.NFTA_BITWISE_DREG;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_MASK;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_OP;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_SREG;
import static inuse.kernel.abi.Constants.NFTA_BITWISE_XOR;
import static inuse.kernel.abi.Constants.NFTA_CMP_DATA;
import static inuse.kernel.abi.Constants.NFTA_CMP_OP;
import static inuse.kernel.abi.Constants.NFTA_CMP_SREG;
import static inuse.kernel.abi.Constants.NFTA_EXPR_DATA;
import static inuse.kernel.abi.Constants.NFTA_EXPR_NAME;
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
import static inuse.kernel.abi.Constants.NFTA_TARGET_INFO;
import static inuse.kernel.abi.Constants.NFTA_TARGET_NAME;
import static inuse.kernel.abi.Constants.NFTA_TARGET_REV;
import static inuse.kernel.abi.Constants.NFTA_TPROXY_REG_ADDR;
import static inuse.kernel.abi.Constants.NFTA_TPROXY_REG_PORT;
import static inuse.kernel.abi.Constants.NFT_CMP_EQ;
import static inuse.kernel.abi.Constants.NFT_CMP_GT;
import static inuse.kernel.abi.Constants.NFT_CMP_GTE;
import static inuse.kernel.abi.Constants.NFT_CMP_LT;
import static inuse.kernel.abi.Constants.NFT_CMP_LTE;
import static inuse.kernel.abi.Constants.NFT_CMP_NEQ;
import static inuse.kernel.abi.Constants.NFT_LOOKUP_F_INV;
import static inuse.kernel.abi.Constants.NFT_META_IIFNAME;
import static inuse.kernel.abi.Constants.NFT_META_L4PROTO;
import static inuse.kernel.abi.Constants.NFT_META_NFPROTO;
import static inuse.kernel.abi.Constants.NFT_META_OIFNAME;
import static inuse.kernel.abi.Constants.NFT_NAT_DNAT;
import static inuse.kernel.abi.Constants.NFT_PAYLOAD_NETWORK_HEADER;
import static inuse.kernel.abi.Constants.NFT_PAYLOAD_TRANSPORT_HEADER;
import static inuse.kernel.abi.Constants.NFT_RANGE_NEQ;

import inuse.kernel.netfilter.Expression.Way;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The codec of the expressions that a rule of nf_tables is made of. */
final class NfExpressions {
  private static final int VERDICT_REGISTER = 0;

  /** NFT_REG_1 to NFT_REG_4 have 16 bytes each, NFT_REG32_00 and the following 4. */
  private static final int LONG_REGISTERS = 4;

  private static final int FIRST_SHORT = 8;
  private static final int LONG_BYTES = 16;
  private static final int SHORT_BYTES = 4;

  private NfExpressions() {}

  /**
   * What one expression does, in one step or, where it is an extension of iptables, in several.
   *
   * @param v6 whether it is of a rule for IPv6 alone
   */
  static List<Expression> of(NfAttributes one, boolean v6) {
    NfAttributes data = one.nested(NFTA_EXPR_DATA);
    return switch (one.name(NFTA_EXPR_NAME)) {
      case "payload" -> List.of(payload(data));
      case "meta" -> List.of(meta(data));
      case "immediate" -> List.of(immediate(data));
      case "bitwise" -> List.of(mask(data));
      case "cmp" -> List.of(comparison(data));
      case "range" -> List.of(range(data));
      case "lookup" -> List.of(lookup(data));
      case "nat" -> List.of(nat(data));
      case "redir" -> {
        OptionalInt port = holding(data, NFTA_REDIR_REG_PROTO_MIN);
        boolean several = differ(data, NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX);
        yield List.of(new Expression.Translate(Way.REDIRECT, OptionalInt.empty(), port, several));
      }
      case "tproxy" ->
          List.of(
              new Expression.Translate(
                  Way.TPROXY,
                  holding(data, NFTA_TPROXY_REG_ADDR),
                  holding(data, NFTA_TPROXY_REG_PORT),
                  false));
      case "match" -> {
        String name = data.name(NFTA_MATCH_NAME);
        int revision = data.number(NFTA_MATCH_REV, 0);
        yield XExtensions.match(name, revision, data.bytes(NFTA_MATCH_INFO));
      }
      case "target" -> {
        String name = data.name(NFTA_TARGET_NAME);
        int revision = data.number(NFTA_TARGET_REV, 0);
        yield XExtensions.target(name, revision, data.bytes(NFTA_TARGET_INFO), v6);
      }
      case "counter", "log", "notrack" -> List.of(new Expression.Passing());
      default -> List.of(new Expression.Other());
    };
  }

  /** The index of a register's first byte; empty for none, and for one that there is not. */
  private static OptionalInt register(NfAttributes within, int type) {
    int number = within.number(type, -1);
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
  private static OptionalInt holding(NfAttributes within, int type) {
    OptionalInt register = register(within, type);
    return register.orElse(Expression.VERDICT) == Expression.VERDICT
        ? OptionalInt.empty()
        : register;
  }

  private static Expression payload(NfAttributes data) {
    OptionalInt into = holding(data, NFTA_PAYLOAD_DREG);
    int offset = data.number(NFTA_PAYLOAD_OFFSET, -1);
    int length = data.number(NFTA_PAYLOAD_LEN, -1);
    if (into.isEmpty() || offset < 0 || length <= 0 || length > Expression.REGISTER_BYTES) {
      return new Expression.Other();
    }
    Expression.Base base =
        switch (data.number(NFTA_PAYLOAD_BASE, -1)) {
          case NFT_PAYLOAD_NETWORK_HEADER -> Expression.Base.NETWORK;
          case NFT_PAYLOAD_TRANSPORT_HEADER -> Expression.Base.TRANSPORT;
          default -> Expression.Base.OTHER;
        };
    return new Expression.Payload(base, offset, length, into.getAsInt());
  }

  private static Expression meta(NfAttributes data) {
    OptionalInt into = holding(data, NFTA_META_DREG);
    if (into.isEmpty()) {
      // It sets a mark, which a rule that follows may look at.
      return new Expression.Other();
    }
    Expression.Key key =
        switch (data.number(NFTA_META_KEY, -1)) {
          case NFT_META_NFPROTO -> Expression.Key.FAMILY;
          case NFT_META_L4PROTO -> Expression.Key.PROTOCOL;
          case NFT_META_IIFNAME, NFT_META_OIFNAME -> Expression.Key.INTERFACE;
          default -> Expression.Key.OTHER;
        };
    return new Expression.Meta(key, into.getAsInt());
  }

  private static Expression immediate(NfAttributes data) {
    OptionalInt into = register(data, NFTA_IMMEDIATE_DREG);
    if (into.isEmpty()) {
      return new Expression.Other();
    }
    if (into.getAsInt() != Expression.VERDICT) {
      return new Expression.Load(into.getAsInt(), data.value(NFTA_IMMEDIATE_DATA));
    }
    Optional<Expression.Verdict> verdict = data.nested(NFTA_IMMEDIATE_DATA).verdict();
    return verdict.isPresent() ? verdict.get() : new Expression.Other();
  }

  private static Expression mask(NfAttributes data) {
    OptionalInt of = holding(data, NFTA_BITWISE_SREG);
    OptionalInt into = holding(data, NFTA_BITWISE_DREG);
    String mask = data.value(NFTA_BITWISE_MASK);
    String flips = data.value(NFTA_BITWISE_XOR);
    boolean known =
        of.isPresent()
            && into.isPresent()
            && data.number(NFTA_BITWISE_OP, 0) == 0
            && mask.length() == flips.length();
    return known
        ? new Expression.Mask(of.getAsInt(), into.getAsInt(), mask, flips)
        : new Expression.Other();
  }

  private static Expression comparison(NfAttributes data) {
    OptionalInt of = holding(data, NFTA_CMP_SREG);
    String value = data.value(NFTA_CMP_DATA);
    if (of.isEmpty() || value.isEmpty()) {
      return new Expression.Other();
    }
    String least = "\0".repeat(value.length());
    String most = "\u00ff".repeat(value.length());
    int register = of.getAsInt();
    return switch (data.number(NFTA_CMP_OP, -1)) {
      case NFT_CMP_EQ -> new Expression.Between(register, value, value, false);
      case NFT_CMP_NEQ -> new Expression.Between(register, value, value, true);
      case NFT_CMP_LT -> new Expression.Between(register, value, most, true);
      case NFT_CMP_LTE -> new Expression.Between(register, least, value, false);
      case NFT_CMP_GT -> new Expression.Between(register, least, value, true);
      case NFT_CMP_GTE -> new Expression.Between(register, value, most, false);
      default -> new Expression.Other();
    };
  }

  private static Expression range(NfAttributes data) {
    OptionalInt of = holding(data, NFTA_RANGE_SREG);
    String low = data.value(NFTA_RANGE_FROM_DATA);
    String high = data.value(NFTA_RANGE_TO_DATA);
    return of.isEmpty() || low.isEmpty() || low.length() != high.length()
        ? new Expression.Other()
        : new Expression.Between(
            of.getAsInt(), low, high, data.number(NFTA_RANGE_OP, 0) == NFT_RANGE_NEQ);
  }

  private static Expression lookup(NfAttributes data) {
    OptionalInt of = holding(data, NFTA_LOOKUP_SREG);
    String set = data.name(NFTA_LOOKUP_SET);
    boolean inverted = (data.number(NFTA_LOOKUP_FLAGS, 0) & NFT_LOOKUP_F_INV) != 0;
    return of.isEmpty()
        ? new Expression.Other()
        : new Expression.Lookup(set, of.getAsInt(), register(data, NFTA_LOOKUP_DREG), inverted);
  }

  private static Expression nat(NfAttributes data) {
    if (data.number(NFTA_NAT_TYPE, -1) != NFT_NAT_DNAT) {
      return new Expression.Other();
    }
    return new Expression.Translate(
        Way.DNAT,
        holding(data, NFTA_NAT_REG_ADDR_MIN),
        holding(data, NFTA_NAT_REG_PROTO_MIN),
        differ(data, NFTA_NAT_REG_ADDR_MIN, NFTA_NAT_REG_ADDR_MAX)
            || differ(data, NFTA_NAT_REG_PROTO_MIN, NFTA_NAT_REG_PROTO_MAX));
  }

  /** Whether a range is named, by two registers; of one value the kernel names one twice. */
  private static boolean differ(NfAttributes data, int least, int most) {
    OptionalInt last = holding(data, most);
    return last.isPresent() && !last.equals(holding(data, least));
  }
}

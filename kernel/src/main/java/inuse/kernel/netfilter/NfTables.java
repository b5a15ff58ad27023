package inuse.kernel.netfilter;

import static inuse.kernel.abi.Constants.NFNL_SUBSYS_NFTABLES;
import static inuse.kernel.abi.Constants.NFPROTO_IPV6;
import static inuse.kernel.abi.Constants.NFTA_CHAIN_HOOK;
import static inuse.kernel.abi.Constants.NFTA_CHAIN_NAME;
import static inuse.kernel.abi.Constants.NFTA_CHAIN_TABLE;
import static inuse.kernel.abi.Constants.NFTA_HOOK_HOOKNUM;
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
import static inuse.kernel.abi.Constants.NFT_SET_ELEM_INTERVAL_END;

import inuse.kernel.Bytes;
import inuse.kernel.netlink.Attributes.Span;
import inuse.kernel.netlink.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The codec of nf_tables over NETLINK_NETFILTER (linux/netfilter/nf_tables.h). The kernel answers
 * who has CAP_NET_ADMIN in the network namespace. Numbers are in network order.
 */
public final class NfTables {
  /** sizeof(struct nfgenmsg). */
  public static final int HEADER_BYTES = 4;

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
    NfAttributes attributes = attributes(buffer, from, to);
    NfAttributes hook = attributes.nested(NFTA_CHAIN_HOOK);
    return new Chain(
        family,
        attributes.name(NFTA_CHAIN_TABLE),
        attributes.name(NFTA_CHAIN_NAME),
        hook.isEmpty() ? -1 : hook.number(NFTA_HOOK_HOOKNUM, -1));
  }

  /** The rule in a message's payload. */
  public static Rule rule(byte[] buffer, int from, int to) {
    int family = family(buffer, from, to);
    NfAttributes attributes = attributes(buffer, from, to);
    List<Expression> expressions = new ArrayList<>();
    attributes
        .nested(NFTA_RULE_EXPRESSIONS)
        .each(one -> expressions.addAll(NfExpressions.of(one, family == NFPROTO_IPV6)));
    return new Rule(
        family, attributes.name(NFTA_RULE_TABLE), attributes.name(NFTA_RULE_CHAIN), expressions);
  }

  /** The elements in a message's payload: of a large set there are several messages. */
  public static List<Element> elements(byte[] buffer, int from, int to) {
    family(buffer, from, to);
    List<Element> elements = new ArrayList<>();
    attributes(buffer, from, to)
        .nested(NFTA_SET_ELEM_LIST_ELEMENTS)
        .each(one -> elements.add(element(one)));
    return elements;
  }

  /** A set, with its NFT_SET_INTERVAL and other flags. */
  public record Set(int family, String table, String name, int flags) {}

  /** The set in a message's payload. */
  public static Set set(byte[] buffer, int from, int to) {
    int family = family(buffer, from, to);
    NfAttributes attributes = attributes(buffer, from, to);
    return new Set(
        family,
        attributes.name(NFTA_SET_TABLE),
        attributes.name(NFTA_SET_NAME),
        attributes.number(NFTA_SET_FLAGS, 0));
  }

  private static int family(byte[] buffer, int from, int to) {
    if (to - from < HEADER_BYTES) {
      throw new Malformed("a message of nf_tables cut short", buffer, from, to);
    }
    return buffer[from] & 0xff;
  }

  private static NfAttributes attributes(byte[] buffer, int from, int to) {
    return new NfAttributes(buffer, new Span(from + HEADER_BYTES, to));
  }

  private static Element element(NfAttributes one) {
    int flags = one.number(NFTA_SET_ELEM_FLAGS, 0);
    NfAttributes last = one.nested(NFTA_SET_ELEM_KEY_END);
    NfAttributes data = one.nested(NFTA_SET_ELEM_DATA);
    return new Element(
        one.value(NFTA_SET_ELEM_KEY),
        last.isEmpty() ? Optional.empty() : Optional.of(one.value(NFTA_SET_ELEM_KEY_END)),
        (flags & NFT_SET_ELEM_INTERVAL_END) != 0,
        one.value(NFTA_SET_ELEM_DATA),
        data.verdict());
  }
}

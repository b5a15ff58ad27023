package inuse.kernel.netfilter;

import inuse.kernel.Bytes;
import java.util.List;
import java.util.OptionalInt;

/**
 * One step of a rule, as nf_tables takes it: it loads a register, compares one, or decides. A
 * register is named by the index of its first byte among {@link #REGISTER_BYTES}. Values are texts
 * with one char for each byte ({@link Bytes#text}).
 */
public sealed interface Expression {
  /** Bytes of all registers together (NFT_REG32_COUNT of four). */
  int REGISTER_BYTES = 64;

  /** Loads bytes of the packet. */
  record Payload(Base base, int offset, int length, int register) implements Expression {}

  /** The header that a payload is counted from. */
  enum Base {
    NETWORK,
    TRANSPORT,
    OTHER
  }

  /** Loads something that is known of the packet besides its bytes. */
  record Meta(Key key, int register) implements Expression {}

  /** What is known of it. */
  enum Key {
    /** NFPROTO_IPV4, NFPROTO_IPV6. */
    FAMILY,
    /** IPPROTO_TCP and the like. */
    PROTOCOL,
    /** The name of an interface. */
    INTERFACE,
    OTHER
  }

  /** Loads a constant. */
  record Load(int register, String value) implements Expression {}

  /** Masks a register: {@code to = from & mask ^ flips}. */
  record Mask(int from, int to, String mask, String flips) implements Expression {}

  /** Goes on where the register is from {@code low} to {@code high}, both included. */
  record Between(int register, String low, String high, boolean inverted) implements Expression {}

  /**
   * Looks a register up in a set.
   *
   * @param into the register for what a map has there; {@link #VERDICT} for its verdict
   */
  record Lookup(String set, int register, OptionalInt into, boolean inverted)
      implements Expression {}

  /** In place of a register: what becomes of the packet. */
  int VERDICT = -1;

  /** Goes on where the destination port is in one of the ranges. */
  record Ports(List<Range> ranges, boolean inverted) implements Expression {
    public Ports {
      ranges = List.copyOf(ranges);
    }
  }

  /** Ports from one to another, both included. */
  record Range(int first, int last) {}

  /**
   * Sends the packet to another address, another port, or both.
   *
   * @param address the register with the address, if another one is named
   * @param port the register with the port, if another one is named
   * @param several whether these are the first of several, one of which is taken
   */
  record Translate(Way way, OptionalInt address, OptionalInt port, boolean several)
      implements Expression {}

  /** How a packet is sent elsewhere. */
  enum Way {
    DNAT("dnat"),
    /** To this host itself. */
    REDIRECT("redirect"),
    /** To a socket of this host that takes packets for any address. */
    TPROXY("tproxy");

    private final String word;

    Way(String word) {
      this.word = word;
    }

    /** As nft(8) writes it. */
    public String word() {
      return word;
    }
  }

  /**
   * Decides.
   *
   * @param chain where a jump or goto leads; else empty
   */
  record Verdict(Decision decision, String chain) implements Expression {}

  /** What a verdict decides. */
  enum Decision {
    /** Accepted, dropped or queued: no further rule of this hook. */
    END,
    /** The next rule. */
    CONTINUE,
    JUMP,
    GOTO,
    RETURN
  }

  /** Counts, logs or comments: the packet goes on as it is. */
  record Passing() implements Expression {}

  /** Something that is not followed here; it may go on or not, and may load any register. */
  record Other() implements Expression {}
}

package inuse.kernel.netfilter;

import static inuse.kernel.abi.Constants.NFTA_DATA_VALUE;
import static inuse.kernel.abi.Constants.NFTA_DATA_VERDICT;
import static inuse.kernel.abi.Constants.NFTA_VERDICT_CHAIN;
import static inuse.kernel.abi.Constants.NFTA_VERDICT_CODE;
import static inuse.kernel.abi.Constants.NFT_BREAK;
import static inuse.kernel.abi.Constants.NFT_CONTINUE;
import static inuse.kernel.abi.Constants.NFT_GOTO;
import static inuse.kernel.abi.Constants.NFT_JUMP;
import static inuse.kernel.abi.Constants.NFT_RETURN;

import inuse.kernel.Bytes;
import inuse.kernel.netfilter.Expression.Decision;
import inuse.kernel.netlink.Attributes;
import inuse.kernel.netlink.Attributes.Span;
import java.util.Optional;
import java.util.function.Consumer;

/** Attributes of a message of nf_tables that lie beside each other. */
final class NfAttributes {
  private final byte[] buffer;
  private final Span span;

  NfAttributes(byte[] buffer, Span span) {
    this.buffer = buffer;
    this.span = span;
  }

  boolean isEmpty() {
    return span.length() == 0;
  }

  /** Passes on the attributes in each attribute of a list. */
  void each(Consumer<NfAttributes> taker) {
    Attributes.each(buffer, span, (type, one) -> taker.accept(new NfAttributes(buffer, one)));
  }

  private Span find(int type) {
    return Attributes.find(buffer, span.from(), span.to(), type);
  }

  /** The attributes in the one of that type. */
  NfAttributes nested(int type) {
    return new NfAttributes(buffer, find(type));
  }

  String name(int type) {
    return Attributes.text(buffer, find(type));
  }

  int number(int type, int otherwise) {
    Span value = find(type);
    return value.length() == 4
        ? Integer.reverseBytes(Bytes.getInt(buffer, value.from()))
        : otherwise;
  }

  String bytes(int type) {
    Span value = find(type);
    return Bytes.text(buffer, value.from(), value.length());
  }

  /** NFTA_DATA_VALUE in an attribute. */
  String value(int type) {
    return nested(type).bytes(NFTA_DATA_VALUE);
  }

  /** NFTA_DATA_VERDICT among these. */
  Optional<Expression.Verdict> verdict() {
    NfAttributes verdict = nested(NFTA_DATA_VERDICT);
    if (verdict.isEmpty()) {
      return Optional.empty();
    }
    Decision decision =
        switch (verdict.number(NFTA_VERDICT_CODE, NFT_CONTINUE)) {
          case NFT_CONTINUE, NFT_BREAK -> Decision.CONTINUE;
          case NFT_JUMP -> Decision.JUMP;
          case NFT_GOTO -> Decision.GOTO;
          case NFT_RETURN -> Decision.RETURN;
          default -> Decision.END;
        };
    return Optional.of(new Expression.Verdict(decision, verdict.name(NFTA_VERDICT_CHAIN)));
  }
}

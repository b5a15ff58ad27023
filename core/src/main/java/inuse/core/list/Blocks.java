package inuse.core.list;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.explain.rule.BindRule;
import inuse.core.explain.rule.BindRule.Outcome;

/** Which servers a socket keeps from binding its address. */
public enum Blocks {
  /** Every one. */
  ALL("all"),
  /** Those that do not set SO_REUSEADDR. */
  PLAIN("plain"),
  /** All but those of the same user that set SO_REUSEPORT. */
  OTHERS("others"),
  /** Those that set no option; of the rest it may not be seen. */
  UNSURE("all?");

  private final String word;

  Blocks(String word) {
    this.word = word;
  }

  /** The word for people and programs. */
  public String word() {
    return word;
  }

  static Blocks of(BoundSocket socket, Uid asker) {
    Newcomer plain = Newcomer.plain(socket.owner().uid());
    IpAddress address = socket.local().address();
    Outcome reuseAddress = BindRule.bind(socket, plain.withReuseAddress(), address);
    Outcome reusePort = BindRule.bind(socket, plain.withReusePort(), address);
    if (reuseAddress == Outcome.ALLOWED) {
      return PLAIN;
    }
    if (reuseAddress == Outcome.REFUSED && reusePort == Outcome.ALLOWED) {
      return OTHERS;
    }
    // Whoever asks is not of that user, and could not share it.
    boolean another = socket.state() == SocketState.LISTEN && !socket.owner().uid().equals(asker);
    return (reuseAddress == Outcome.REFUSED && reusePort == Outcome.REFUSED) || another
        ? ALL
        : UNSURE;
  }
}

package inuse.core.explain.text;

import inuse.core.evidence.Account;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.RemedyCommand;
import inuse.core.explain.remedy.RemoveFile;
import inuse.core.explain.rule.SocketMaker;
import java.util.List;
import java.util.Optional;

/** Phrases about unix sockets, and the remedies that end their holders. */
public final class UnixPhrases {
  private UnixPhrases() {}

  /** The holders and what they do, as {@code nginx (pid 10, root) listens on }. */
  public static Phrase subject(UnixSnapshot snapshot) {
    boolean one = snapshot.holders().size() == 1;
    if (!snapshot.holders().isEmpty()) {
      return Phrases.holders(snapshot.holders(), who -> SocketMaker.of(who, snapshot))
          .then(verb(snapshot.sockets(), one));
    }
    Optional<Account> owner =
        snapshot.sockets().stream().flatMap(each -> each.owner().toOptional().stream()).findFirst();
    Phrase who =
        owner
            .map(account -> Phrase.of("a process of ").then(Phrases.account(account)))
            .orElse(Phrase.of("a process"));
    return who.then(isRoot(snapshot) ? ", which cannot be seen from here," : ", hidden from you,")
        .then(verb(snapshot.sockets(), true));
  }

  private static String verb(List<UnixSocket> sockets, boolean one) {
    boolean listens = sockets.stream().anyMatch(each -> each.state() == SocketState.LISTEN);
    boolean datagram = sockets.stream().anyMatch(each -> each.type() == UnixSocket.Type.DATAGRAM);
    if (listens) {
      return one ? " listens on " : " listen on ";
    }
    if (datagram) {
      return one ? " receives on " : " receive on ";
    }
    return one ? " has bound, without listening, " : " have bound, without listening, ";
  }

  /** How many connections wait to be accepted; empty for none. */
  public static String waiting(List<UnixSocket> sockets) {
    long waiting = 0;
    for (UnixSocket socket : sockets) {
      waiting += socket.waiting().toOptional().orElse(0L);
    }
    return waiting == 0
        ? ""
        : "; "
            + Phrases.count((int) waiting, "connection", "connections")
            + (waiting == 1 ? " waits" : " wait")
            + " to be accepted";
  }

  /** The remedies that end the holders, or make them visible. */
  public static List<Remedy> stop(UnixSnapshot snapshot) {
    if (!snapshot.holders().isEmpty()) {
      return Remedies.stop(snapshot, snapshot.asker(), snapshot.holders());
    }
    if (isRoot(snapshot)) {
      return List.of();
    }
    String word = snapshot.target().word().bytes();
    return List.of(
        new Remedy(
            Remedy.Id.RUN_AS_ROOT,
            RemoveFile.isPrintable(word) ? Remedies.askAsRoot(word) : RemedyCommand.NONE,
            true,
            Phrase.of("ask again as root: it shows the process and how to end it")));
  }

  private static boolean isRoot(UnixSnapshot snapshot) {
    return snapshot.newcomer().uid().equals(Uid.ROOT);
  }
}

package inuse.core.explain.causes;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * A port shared by SO_REUSEPORT that this server cannot join.
 *
 * <h2>What it is</h2>
 *
 * The newcomer sets SO_REUSEPORT to share the port. A server has the port already and does not set
 * the option, or belongs to another user.
 *
 * <h2>Why bind fails</h2>
 *
 * Sockets share a port by SO_REUSEPORT only if each of them has set it and all belong to one user:
 * the one who called socket(2). Root is no exception.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ss -ltnpe 'sport = :8080'} shows the uid of each socket; no tool shows the option.
 *
 * <h2>What to do</h2>
 *
 * Run all members of the group as one user, each with SO_REUSEPORT set before bind. If the other
 * server is not one of the group, stop it.
 *
 * <h2>What not to do</h2>
 *
 * SO_REUSEADDR instead does not help against a listener.
 *
 * <h2>Source</h2>
 *
 * inet_bind_conflict(), net/ipv4/inet_connection_sock.c; socket(7).
 */
public record ReuseportMismatch(Blockers blockers) implements SocketCause {
  /** Claims servers' sockets that certainly do not share with this newcomer. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    Newcomer newcomer = unclaimed.snapshot().newcomer();
    if (!newcomer.reusePort()) {
      return Optional.empty();
    }
    return unclaimed
        .claim(socket ->
            socket.isServers() && (isForeign(socket, newcomer) || socket.reusePort().is(false)))
        .map(blockers -> new ReuseportMismatch(Listener.withConnections(blockers, unclaimed)));
  }

  private static boolean isForeign(BoundSocket socket, Newcomer newcomer) {
    return !socket.owner().uid().equals(newcomer.uid());
  }

  @Override
  public String id() {
    return "reuseport-mismatch";
  }

  @Override
  public Phrase summary() {
    Phrase who =
        holders().isEmpty()
            ? Phrase.of("a process of ")
                .then(Phrases.account(sockets().getFirst().owner()))
                .then(" has ")
            : Phrases.subject(blockers, "has ", "have ");
    return who.then(Phrases.places(sockets())).then(isUnset() ? withoutOption() : asOther());
  }

  /** Whether a member of the same user lacks the option; else the user differs. */
  private boolean isUnset() {
    return sockets().stream().anyMatch(socket -> socket.reusePort().is(false));
  }

  private static Phrase withoutOption() {
    return Phrase.of(" without SO_REUSEPORT, so it cannot be shared");
  }

  private Phrase asOther() {
    Account owner =
        sockets().stream()
            .filter(socket -> isForeign(socket, blockers.snapshot().newcomer()))
            .findFirst()
            .orElse(sockets().getFirst())
            .owner();
    return Phrase.of(" as ")
        .then(Phrases.account(owner))
        .then(", and shares it with no other user's server");
  }

  @Override
  public Phrase why() {
    Newcomer newcomer = blockers.snapshot().newcomer();
    boolean foreign = sockets().stream().anyMatch(socket -> isForeign(socket, newcomer));
    Phrase user =
        Phrase.of("its socket belongs to ")
            .then(Phrases.account(sockets().getFirst().owner()))
            .then(" and yours would to uid " + newcomer.uid());
    if (isUnset() && foreign) {
      return user.then(", and it has not set SO_REUSEPORT; both have to match");
    }
    return isUnset()
        ? Phrase.of(
            "only sockets that all set SO_REUSEPORT before bind share a port, and it has not")
        : user.then(
            "; SO_REUSEPORT shares a port among one user's sockets: run yours as that user");
  }

  @Override
  public List<Remedy> remedies() {
    return holders().isEmpty()
        ? Remedies.asRoot(blockers.snapshot()).toList()
        : Remedies.stop(blockers);
  }
}

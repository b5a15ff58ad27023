package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Reparented;
import inuse.core.evidence.SocketState;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * A listener that was left over when the process that started it ended.
 *
 * <p>Also: orphan, left over, leftover
 *
 * <h2>What it is</h2>
 *
 * A child inherits its parent's sockets. When the parent is killed, as by closing a terminal, by
 * {@code kill -9} or by an editor that restarts its task, the child lives on, keeps the listening
 * socket, and is handed to PID 1. A daemon is no orphan: it left its session on purpose.
 *
 * <h2>Why bind fails</h2>
 *
 * The socket listens as long as one process has it, whoever made it.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ps -o pid,ppid,sid,stat,args -p PID}: the parent is 1 (or a systemd, tini or other
 * reaper), and the session ({@code sid}) is another process that is still there.
 *
 * <h2>What to do</h2>
 *
 * End all processes that share the socket.
 *
 * <h2>What not to do</h2>
 *
 * Do not end only the first one that is shown: while any of them is left, the port is held.
 *
 * <h2>Source</h2>
 *
 * fork(2); credentials(7) "Session ID"; prctl(2) PR_SET_CHILD_SUBREAPER.
 */
public record OrphanedChild(Blockers blockers) implements SocketCause {
  /** Claims listeners of which nobody is left who was not orphaned. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket ->
            socket.state() == SocketState.LISTEN && isLeftOver(socket, unclaimed.snapshot()))
        .map(found -> new OrphanedChild(Listener.withConnections(found, unclaimed)));
  }

  /** A holder below another holder is that one's business. */
  private static boolean isLeftOver(BoundSocket socket, PortSnapshot snapshot) {
    List<Holder> holders = snapshot.holdersOf(socket);
    List<Holder> topmost =
        holders.stream()
            .filter(one -> holders.stream().noneMatch(other -> isParent(other, one)))
            .toList();
    return !topmost.isEmpty() && topmost.stream().allMatch(OrphanedChild::isOrphan);
  }

  private static boolean isParent(Holder parent, Holder child) {
    return child.ancestry().stream()
        .findFirst()
        .filter(one -> one.pid().equals(parent.pid()))
        .isPresent();
  }

  /** Its session goes on without it, and it was not made to run without one. */
  private static boolean isOrphan(Holder holder) {
    return holder
        .reparented()
        .filter(Reparented::sessionLives)
        .filter(one -> one.detached().is(false))
        .isPresent();
  }

  /** Whether it lost its parent, and is neither clearly left over nor clearly a daemon. */
  public static boolean isDoubtful(Holder holder) {
    if (holder.reparented().isEmpty() || isOrphan(holder)) {
      return false;
    }
    Reparented lost = holder.reparented().get();
    // A unit's main process may have forked itself away; systemd knows it all the same.
    boolean daemon = lost.detached().is(true) || holder.unit().isPresent();
    return lost.sessionLives() || !daemon;
  }

  @Override
  public String id() {
    return "orphaned-child";
  }

  @Override
  public Phrase summary() {
    return Phrases.subject(
            blockers,
            "was left over by a process that is gone, and still listens on ",
            "were left over by a process that is gone, and still listen on ")
        .then(
            Phrases.places(
                sockets().stream().filter(one -> one.state() == SocketState.LISTEN).toList()));
  }

  @Override
  public Phrase why() {
    return Phrase.of(
        "a child inherits its parent's sockets and keeps them when the parent ends; nobody is left"
            + " to stop it");
  }

  @Override
  public List<Remedy> remedies() {
    return Remedies.stop(blockers);
  }
}

package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.KillMode;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Unit;
import inuse.core.explain.remedy.Remedies;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.LeftOver;
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
 * A child lives on when its parent is killed, as by closing a terminal, by {@code kill -9} or by an
 * editor that restarts its task, and is handed to PID 1. It may be one further down: npm starts a
 * shell, the shell the server, and only the shell loses its parent. Workers whose master was killed
 * are left over too, what goes on in a terminal that was closed, and what a systemd unit that does
 * not run any more left in its control group. What a program of another kind has started, which is
 * still there, is that program's. A daemon is no orphan: it left its session on purpose.
 *
 * <h2>Why bind fails</h2>
 *
 * The socket listens as long as one process has it, whichever made it.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code ps -o pid,ppid,sid,stat,args -p PID}, and so on with its parent: the topmost of its
 * session ({@code sid}) has parent 1 (or a systemd, tini or other reaper).
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
            socket.state() == SocketState.LISTEN && areLeftOver(socket, unclaimed.snapshot()))
        .map(found -> new OrphanedChild(Listener.withConnections(found, unclaimed)));
  }

  private static boolean areLeftOver(BoundSocket socket, PortSnapshot snapshot) {
    List<Holder> holders = snapshot.holdersOf(socket);
    return LeftOver.are(holders) || LeftOver.by(holders, snapshot.asker()).isPresent();
  }

  private Optional<Unit> unit() {
    return LeftOver.by(holders(), blockers.snapshot().asker());
  }

  @Override
  public String id() {
    return "orphaned-child";
  }

  @Override
  public Phrase summary() {
    String by =
        unit()
            .map(one -> one.name() + ", which " + state(one.details().orElseThrow()) + ",")
            .orElse("a process that is gone,");
    return Phrases.subject(
            blockers,
            "was left over by " + by + " and still listens on ",
            "were left over by " + by + " and still listen on ")
        .then(
            Phrases.places(
                sockets().stream().filter(one -> one.state() == SocketState.LISTEN).toList()));
  }

  @Override
  public Phrase why() {
    String them = holders().size() == 1 ? "it" : "them";
    return Phrase.of(
        unit()
                .map(one -> ofUnit(one, them))
                .orElse(
                    "the process that started "
                        + them
                        + " has ended and nothing is left to stop "
                        + them)
            + "; a listening socket lives as long as one process has it");
  }

  private static String state(Unit.Details details) {
    return switch (details.state()) {
      case "failed" -> "has failed";
      case "activating" -> "is about to start again";
      case "" -> "does not run";
      default -> "is " + details.state();
    };
  }

  private static String ofUnit(Unit unit, String them) {
    KillMode mode = unit.details().orElseThrow().killMode();
    return "it is not what the unit runs now, and stopping that would not end "
        + them
        + (mode.endsAll()
            ? ""
            : ": KillMode=" + mode.word() + " leaves it (control-group ends all of a unit)");
  }

  @Override
  public List<Remedy> remedies() {
    return Remedies.stop(blockers);
  }
}

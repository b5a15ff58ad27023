package inuse.core.explain.rule;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reparented;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which holders were left over by a process that has ended. It need not be their parent: npm starts
 * a shell, and the shell the server, which keeps its parent when npm is killed. But what a program
 * of another kind has started, which is still there, is that program's, whoever started that: a
 * test run below a script that was put into the background has not lost its servers. A daemon left
 * its session on purpose, and so did what leads one.
 */
public final class LeftOver {
  private LeftOver() {}

  /** The unit that an earlier run of which left all of them over. */
  public static Optional<Unit> by(List<Holder> holders, Uid asker) {
    Optional<Unit> unit =
        holders.stream().findFirst().flatMap(one -> UnitPart.leftOverFrom(one, asker));
    return unit.filter(its ->
        holders.stream()
            .allMatch(one -> UnitPart.leftOverFrom(one, asker).filter(its::is).isPresent()));
  }

  /**
   * Whether nobody is left among them who was not left over. Somebody below another one of them is
   * that one's business.
   */
  public static boolean are(List<Holder> holders) {
    if (holders.size() == 1) {
      return isLeft(holders.getFirst());
    }
    Set<Pid> all = holders.stream().map(Holder::pid).collect(Collectors.toSet());
    List<Holder> topmost = holders.stream().filter(one -> !isBelow(one, all)).toList();
    return !topmost.isEmpty()
        && (topmost.stream().allMatch(LeftOver::isLeft) || areWithoutMaster(topmost));
  }

  private static boolean isBelow(Holder one, Set<Pid> others) {
    return one.ancestry().stream().map(Ancestor::pid).anyMatch(others::contains);
  }

  /**
   * Its session goes on without the one who started it, and it was not made to run without one; or
   * the terminal was closed that it was started in.
   */
  private static boolean isLeft(Holder holder) {
    return !isKept(holder)
        && lost(holder)
            .filter(one -> one.terminalGone() || (one.sessionLives() && one.detached().is(false)))
            .isPresent();
  }

  /**
   * How it lost who started it: through nothing but what stands in between, such as a shell, and
   * processes of its own program.
   */
  private static Optional<Reparented> lost(Holder holder) {
    return holder
        .reparented()
        .filter(lost ->
            lost.through().stream()
                .allMatch(one -> Launchers.isOne(one) || one.equals(holder.program())));
  }

  /**
   * Whether they are what one program has forked that is not there any more: a daemon is one
   * process, but its workers are several that lost the same parent.
   */
  private static boolean areWithoutMaster(List<Holder> topmost) {
    Holder first = topmost.getFirst();
    Set<Object> lost = new LinkedHashSet<>();
    for (Holder one : topmost) {
      if (isKept(one)
          || lost(one).isEmpty()
          || one.lineage().isEmpty()
          || !one.lineage().equals(first.lineage())) {
        return false;
      }
      lost.add(lost(one).get().who());
    }
    return lost.size() > 1;
  }

  /** Whether something restarts it, which then is in charge of it. */
  private static boolean isKept(Holder holder) {
    return holder
        .supervision()
        .processManager()
        .map(Statement::content)
        .map(ProcessManager::kind)
        .filter(ProcessManager.Kind::restarts)
        .isPresent();
  }

  /** Whether it lost who started it, and is neither clearly left over nor clearly a daemon. */
  public static boolean isDoubtful(Holder holder) {
    if (lost(holder).isEmpty() || isLeft(holder) || isKept(holder)) {
      return false;
    }
    Reparented lost = lost(holder).get();
    // A unit's main process may have forked itself away; systemd knows it all the same.
    boolean daemon = lost.detached().is(true) || holder.unit().isPresent();
    return lost.sessionLives() || !daemon;
  }
}

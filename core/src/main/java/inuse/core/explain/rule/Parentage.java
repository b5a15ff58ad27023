package inuse.core.explain.rule;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Tie;
import inuse.core.evidence.Unit;
import java.util.Optional;
import java.util.Set;

/** Whether PID 1, or another reaper, started what is its child. */
public final class Parentage {
  /**
   * Programs that run as PID 1 and start what they start in their own session, or as a unit: what
   * leads a session below them was started by another process.
   */
  private static final Set<String> INITS =
      Set.of(
          "systemd",
          "init",
          "runit",
          "busybox",
          "openrc-init",
          "tini",
          "docker-init",
          "catatonit",
          "s6-svscan");

  private Parentage() {}

  /** How the process at that place above the holder came to have the one below it. */
  public static Tie of(Holder holder, int place) {
    Ancestor ancestor = holder.ancestry().get(place);
    if (ancestor.tie() != Tie.EITHER) {
      return ancestor.tie();
    }
    Pid below = place == 0 ? holder.pid() : holder.ancestry().get(place - 1).pid();
    Optional<Unit> unit = holder.unit().map(Statement::content);
    if (unit.isPresent()) {
      return unit.get().main() instanceof Reading.Known<Set<Pid>>(Set<Pid> main) && !main.isEmpty()
          ? main.contains(below) ? Tie.STARTED : Tie.ADOPTED
          : Tie.EITHER;
    }
    return INITS.contains(ancestor.command().bytes()) ? Tie.ADOPTED : Tie.EITHER;
  }
}

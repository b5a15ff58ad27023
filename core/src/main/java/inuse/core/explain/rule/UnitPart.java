package inuse.core.explain.rule;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import java.util.Optional;
import java.util.Set;

/** What a process in a unit's control group is to that unit. */
public enum UnitPart {
  /** Its main process, or one below that. */
  OWN,
  /** Started inside a unit that runs, by neither: a helper that somebody detached. */
  INSIDE,
  /** In the group of a unit that does not run: an earlier run left it over. */
  LEFT_OVER,
  /** Its manager does not tell. */
  UNKNOWN;

  /** What the holder is to its unit, on the word of whoever names that. */
  public static UnitPart of(Holder holder, Unit unit) {
    if (!(unit.main() instanceof Reading.Known<Set<Pid>>(Set<Pid> main))
        || unit.details().isEmpty()) {
      return UNKNOWN;
    }
    boolean below =
        main.contains(holder.pid())
            || holder.ancestry().stream().anyMatch(one -> main.contains(one.pid()));
    if (below) {
      return OWN;
    }
    if (!unit.details().get().active()) {
      // While it is being stopped its own processes end, the main one first perhaps.
      return unit.details().get().state().equals("deactivating") ? UNKNOWN : LEFT_OVER;
    }
    // A unit may be active without a main process: Type=oneshot, an old init script.
    return main.isEmpty() ? UNKNOWN : INSIDE;
  }

  /**
   * The unit that an earlier run of which left the holder over, where whoever asks may act on it.
   */
  static Optional<Unit> leftOverFrom(Holder holder, Uid asker) {
    return holder
        .trusted(holder.unit(), asker)
        .map(Statement.Trusted::content)
        .filter(unit -> of(holder, unit) == LEFT_OVER);
  }
}

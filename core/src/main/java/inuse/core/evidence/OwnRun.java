package inuse.core.evidence;

import java.util.Optional;

/**
 * The supervised run that a bind belongs to, where it is known.
 *
 * @param supervisor the process that started the run's program
 * @param binder the process that binds; empty where it has gone, or cannot be read
 */
public record OwnRun(Pid supervisor, Optional<Holder> binder) {
  /** Environment variable that names the process that binds to the supervisor's helper. */
  public static final String BINDER_VARIABLE = "INUSE_BINDER";

  /** What a process of the run is to the one that binds. */
  public enum Relation {
    /** The process that binds. */
    ITSELF,
    /** One that it was started by, or the supervisor. */
    ABOVE,
    /** Another one: a child, or what a common ancestor started. */
    BESIDE
  }

  /** What that process is to the one that binds; empty where it is not part of the run. */
  public Optional<Relation> relation(Holder holder) {
    if (binder.filter(one -> one.pid().equals(holder.pid())).isPresent()) {
      return Optional.of(Relation.ITSELF);
    }
    if (holder.pid().equals(supervisor)) {
      return Optional.of(Relation.ABOVE);
    }
    if (!holder.isBelow(supervisor)) {
      return Optional.empty();
    }
    return Optional.of(
        binder.filter(one -> one.isBelow(holder.pid())).isPresent()
            ? Relation.ABOVE
            : Relation.BESIDE);
  }
}

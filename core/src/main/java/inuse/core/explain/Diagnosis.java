package inuse.core.explain;

import inuse.core.evidence.OwnRun;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.HeldByOwnRun;
import inuse.core.explain.causes.SocketCause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.NamespacePhrases;
import inuse.core.explain.text.Note;
import java.util.List;

/** The answer about one target: what the kernel said, why, and what can be done. */
public record Diagnosis(Snapshot snapshot, Verdict verdict, List<Cause> causes, List<Note> notes) {
  public Diagnosis {
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
  }

  /**
   * The remedies for one of its causes, as they work from the user's namespace. None for a socket
   * that takes an address in with others and may not be bound anyway: ending its holder would not
   * bring the address. Who is bound to that very address could do so with IP_FREEBIND, as a
   * successor could.
   */
  public List<Remedy> remedies(Cause cause) {
    if (verdict == Verdict.NOT_LOCAL
        && cause instanceof SocketCause
        && cause.sockets().stream().allMatch(one -> one.local().address().isWildcard())) {
      return List.of();
    }
    return switch (snapshot) {
      case PortSnapshot snapshot ->
          cause.remedies().stream().map(one -> NamespacePhrases.reachable(snapshot, one)).toList();
      // Nobody ends the very program that binds.
      case UnixSnapshot unix ->
          unix.newcomer().run().filter(run -> isOf(run, cause)).isPresent()
              ? List.of(HeldByOwnRun.ADVICE)
              : cause.remedies();
    };
  }

  private static boolean isOf(OwnRun run, Cause cause) {
    return cause.holders().stream().anyMatch(one -> run.relation(one).isPresent());
  }
}

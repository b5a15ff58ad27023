package inuse.core.explain;

import inuse.core.evidence.Seen;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.causes.Cause;
import java.util.List;
import inuse.core.explain.text.Note;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.Where;

/** The answer about one target: what the kernel said, why, and what can be done. */
public record Diagnosis(Seen seen, Verdict verdict, List<Cause> causes, List<Note> notes) {
  public Diagnosis {
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
  }

  /** What to do about one of its causes, from where the user is. */
  public List<Remedy> remedies(Cause cause) {
    return switch (seen) {
      case Snapshot snapshot ->
          cause.remedies().stream().map(one -> Where.reachable(snapshot, one)).toList();
      case UnixSnapshot unix -> cause.remedies();
    };
  }
}

package inuse.core.explain;

import inuse.core.evidence.Seen;
import inuse.core.explain.causes.Cause;
import java.util.List;

/** The answer about one target: what the kernel said, why, and what can be done. */
public record Diagnosis(Seen seen, Verdict verdict, List<Cause> causes, List<Note> notes) {
  public Diagnosis {
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
  }
}

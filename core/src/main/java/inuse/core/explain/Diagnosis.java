package inuse.core.explain;

import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Refusal;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.NamespacePhrases;
import inuse.core.explain.text.Note;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The answer about one target: what the kernel said, why, and what can be done.
 *
 * @param refusal why {@code inuse free} would do nothing about it, where that is known
 */
public record Diagnosis(
    Snapshot snapshot,
    Verdict verdict,
    List<Cause> causes,
    List<Note> notes,
    Optional<Refusal> refusal) {
  public Diagnosis {
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
  }

  /** One of which nobody asked whether {@code inuse free} would refuse. */
  public Diagnosis(Snapshot snapshot, Verdict verdict, List<Cause> causes, List<Note> notes) {
    this(snapshot, verdict, causes, notes, Optional.empty());
  }

  /** The same, about which {@code inuse free} would do nothing. */
  public Diagnosis refused(Refusal why) {
    return new Diagnosis(snapshot, verdict, causes, notes, Optional.of(why));
  }

  /** The remedies for one of its causes, as they work from the user's namespace. */
  public List<Remedy> remedies(Cause cause) {
    Stream<Remedy> offered =
        cause.remedies().stream()
            .map(one -> refusal.map(refused -> refused.applied(one)).orElse(one));
    Stream<Remedy> reachable =
        switch (snapshot) {
          case PortSnapshot port -> offered.map(one -> NamespacePhrases.reachable(port, one));
          case UnixSnapshot unix -> offered;
        };
    return List.copyOf(new LinkedHashSet<>(reachable.toList()));
  }
}

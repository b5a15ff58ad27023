package inuse.core.explain;

import inuse.core.evidence.Gap;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.causes.Unexplained;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.NamespacePhrases;
import inuse.core.explain.text.Note;
import java.util.List;
import java.util.Optional;

/** The answer about one target: what the kernel said, why, and what can be done. */
public record Diagnosis(Snapshot snapshot, Verdict verdict, List<Cause> causes, List<Note> notes) {
  public Diagnosis {
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
  }

  /**
   * The gaps that could have changed the answer. Which processes have a socket open matters where
   * none was found that its owner runs: another may share it.
   */
  public List<Gap> unseen() {
    boolean found = verdict != Verdict.UNKNOWN && causes.stream().allMatch(this::isFound);
    return snapshot.gaps().stream().filter(gap -> !(found && isOfHolders(gap.subject()))).toList();
  }

  private static boolean isOfHolders(Gap.Subject subject) {
    return switch (subject) {
      case OPEN_FILES, REFERENCES -> true;
      case SOCKETS, PROCESSES, NAMESPACES, SUPERVISION -> false;
    };
  }

  private boolean isFound(Cause cause) {
    boolean internet =
        cause.sockets().stream()
            .filter(socket -> socket.inode().isPresent())
            .allMatch(socket ->
                cause.holders().stream()
                    .filter(holder -> holder.holds(socket))
                    .anyMatch(holder -> holder.user().equals(Optional.of(socket.owner().uid()))));
    boolean unix = cause.unixSockets().isEmpty() || !cause.holders().isEmpty();
    return internet && unix && !(cause instanceof Unexplained);
  }

  /** The remedies for one of its causes, as they work from the user's namespace. */
  public List<Remedy> remedies(Cause cause) {
    return switch (snapshot) {
      case PortSnapshot snapshot ->
          cause.remedies().stream().map(one -> NamespacePhrases.reachable(snapshot, one)).toList();
      case UnixSnapshot unix -> cause.remedies();
    };
  }
}

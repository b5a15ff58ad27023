package inuse.core.explain.remedy;

import inuse.core.evidence.InuseCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a user can run.
 *
 * @param words those of other programs
 * @param ours a line of inuse that stands behind them, or alone
 */
public record RemedyCommand(List<String> words, Optional<InuseCommand> ours) {
  /** Nothing that can be run. */
  public static final RemedyCommand NONE = new RemedyCommand(List.of(), Optional.empty());

  public RemedyCommand {
    words = List.copyOf(words);
  }

  /** Another program's. */
  public static RemedyCommand of(List<String> words) {
    return new RemedyCommand(words, Optional.empty());
  }

  /** Our own. */
  public static RemedyCommand of(InuseCommand ours) {
    return new RemedyCommand(List.of(), Optional.of(ours));
  }

  public boolean isEmpty() {
    return words.isEmpty() && ours.isEmpty();
  }

  /** The same, run by another program. */
  public RemedyCommand behind(List<String> starter) {
    List<String> all = new ArrayList<>(starter);
    all.addAll(words);
    return new RemedyCommand(all, ours);
  }

  /** The same, where a line of ours is about the network namespace of that path. */
  public RemedyCommand in(String path) {
    return new RemedyCommand(words, ours.map(one -> one.in(path)));
  }
}

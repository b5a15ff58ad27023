package inuse.core.explain.remedy;

import inuse.core.evidence.InuseCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command that a user can run.
 *
 * @param words words of other programs' commands
 * @param ours a command line of inuse that follows them, or stands alone
 */
public record RemedyCommand(List<String> words, Optional<InuseCommand> ours) {
  /** No command. */
  public static final RemedyCommand NONE = new RemedyCommand(List.of(), Optional.empty());

  public RemedyCommand {
    words = List.copyOf(words);
  }

  /** Another program's command. */
  public static RemedyCommand of(List<String> words) {
    return new RemedyCommand(words, Optional.empty());
  }

  /** A command of inuse itself. */
  public static RemedyCommand of(InuseCommand ours) {
    return new RemedyCommand(List.of(), Optional.of(ours));
  }

  public boolean isEmpty() {
    return words.isEmpty() && ours.isEmpty();
  }

  /** This command, run by another program. */
  public RemedyCommand behind(List<String> starter) {
    List<String> all = new ArrayList<>(starter);
    all.addAll(words);
    return new RemedyCommand(all, ours);
  }

  /** This command, with its inuse command line about the network namespace of that path. */
  public RemedyCommand in(String path) {
    return new RemedyCommand(words, ours.map(one -> one.in(path)));
  }
}

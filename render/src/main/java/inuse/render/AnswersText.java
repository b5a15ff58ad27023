package inuse.render;

import inuse.core.list.Answers;
import inuse.core.list.Row;
import java.util.Optional;

/** What a row of the list misses at a port that other servers have, too. */
final class AnswersText {
  private AnswersText() {}

  /** As {@code 812 gets localhost}, by the pid; of several ports the first, and its number. */
  static Optional<String> of(Row.Held.Ports ports) {
    return ports.answers().stream()
        .filter(one -> !one.shadows().isEmpty())
        .findFirst()
        .map(one -> {
          String text = missed(one);
          return ports.ports().size() == 1 ? text : one.port() + ": " + text;
        });
  }

  private static String missed(Answers answers) {
    Answers.Shadow first = answers.shadows().getFirst();
    String by =
        first.by().stream().findFirst().map(one -> one.pid().toString()).orElse("a hidden process");
    if (answers.names().isEmpty()) {
      return "shadowed by " + by;
    }
    int more = answers.shadows().size() - 1;
    return by + " gets " + first.name() + (more == 0 ? "" : " +" + more);
  }
}

package inuse.java;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The answer about one address.
 *
 * @param target what was asked, as a server's log would have it: {@code 8080}, {@code udp/53},
 *     {@code 127.0.0.1:8080}, {@code /run/app.sock}
 * @param verdict whether it can be bound
 * @param causes why not, the most certain first; also where the verdict is another than {@link
 *     Verdict#BLOCKED}
 * @param notes what else has to do with it
 * @param notLookedAt what could not be seen
 */
public record Diagnosis(
    String target, Verdict verdict, List<Cause> causes, List<Note> notes, List<Gap> notLookedAt) {
  public Diagnosis {
    causes = List.copyOf(causes);
    notes = List.copyOf(notes);
    notLookedAt = List.copyOf(notLookedAt);
  }

  /** The processes that hold it, each once; none where no process does or none could be seen. */
  public List<Holder> holders() {
    return causes.stream().flatMap(cause -> cause.holders().stream()).distinct().toList();
  }

  /** What gives it back, the best of it; empty where nothing needs to be done or nothing can. */
  public Optional<Remedy> fix() {
    return causes.stream().flatMap(cause -> cause.remedies().stream()).findFirst();
  }

  /** Whether it can be bound and by what not, in one line: names and pids, no command lines. */
  public String summary() {
    String why = causes.stream().map(Cause::summary).collect(Collectors.joining("; "));
    String first =
        switch (verdict) {
          case FREE -> target + " is free";
          case FREE_WITH_REUSEADDR -> target + " is free for a server that sets SO_REUSEADDR only";
          case BLOCKED -> target + " is in use";
          case DENIED -> target + " may not be bound by this user";
          case NOT_LOCAL -> target + " cannot be bound, since this host has no such address";
          case UNKNOWN -> "whether " + target + " is free is not known";
        };
    return why.isEmpty() ? first : first + ": " + why;
  }

  /**
   * The way out, a command or a sentence a line: of each cause the best remedy. Empty where there
   * is none.
   */
  public String wayOut() {
    return causes.stream()
        .flatMap(cause -> cause.remedies().stream().limit(1))
        .map(remedy ->
            remedy.command().isEmpty()
                ? remedy.effect()
                : remedy.line() + "  (" + remedy.effect() + ")")
        .distinct()
        .collect(Collectors.joining("\n"));
  }
}

package inuse.mcp;

import inuse.core.Inuse;
import inuse.core.ask.input.TargetParser;
import inuse.core.evidence.Question;
import inuse.core.evidence.Target;
import java.util.List;

/** The targets that a client names. */
final class Places {
  /** Targets of one call, counting each port of a range. */
  static final int MAX = 32;

  private final Inuse inuse;

  Places(Inuse inuse) {
    this.inuse = inuse;
  }

  /** The result of reading a word. */
  sealed interface Read {
    record Understood(List<? extends Target> targets) implements Read {}

    record Wrong(Answer.Problem why) implements Read {}
  }

  /** The targets of a call. */
  Read of(Given given) {
    String word = given.text(Tool.TARGET).orElse("");
    return switch (inuse.targets().parse(word)) {
      case TargetParser.Parsed.Understood(var targets) ->
          targets.size() > MAX
              ? wrong(targets.size() + " ports are more than the " + MAX + " of one call; see list")
              : new Read.Understood(targets);
      case TargetParser.Parsed.Unix(var target) -> new Read.Understood(List.of(target));
      case TargetParser.Parsed.Wrong(String problem, String instead) ->
          wrong("'" + Given.repeated(word) + "': " + problem + "; " + instead);
    };
  }

  /** The only target of a call. */
  Read only(Given given) {
    return of(given) instanceof Read.Understood(var targets)
        ? targets.size() == 1
            ? new Read.Understood(targets)
            : wrong("one place at a time: a port, or an address with its port")
        : of(given);
  }

  private static Read wrong(String why) {
    return new Read.Wrong(new Answer.Problem(why));
  }

  /** The question of a server that sets no socket option. */
  Question<Target> plain(Target target) {
    return new Question<>(target, inuse.newcomer(), true);
  }

  /** The question of a server that sets what the one before it had set. */
  Question<Target> next(Target target) {
    return new Question<>(target, inuse.newcomer().asFormer(), true);
  }
}

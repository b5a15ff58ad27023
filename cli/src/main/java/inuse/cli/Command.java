package inuse.cli;

import inuse.cli.render.Escape;
import inuse.cli.render.JsonAnswer;
import inuse.cli.render.Schema;
import inuse.cli.render.TextAnswer;
import inuse.core.ask.Asker;
import inuse.core.ask.Namespaces;
import inuse.core.ask.Newcomers;
import inuse.core.ask.Question;
import inuse.core.ask.Targets;
import inuse.core.ask.UnixAsker;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Place;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.UnixExplainer;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command {@code inuse}. */
public final class Command {
  /** Targets of one command line, each of a range counted. */
  private static final int MOST_TARGETS = Targets.MOST_PORTS;

  private static final String TRY_HELP = "try: inuse --help";

  private final SystemCalls calls;
  private final Proc proc;
  private final Terminal terminal;

  public Command(SystemCalls calls) {
    this.calls = calls;
    proc = new Proc(calls, "");
    terminal = new Terminal(calls, proc);
  }

  /**
   * Does what the words say.
   *
   * @param words the arguments, one char for each byte
   * @return the exit status
   */
  public int run(List<String> words) {
    try {
      return answer(words).number();
    } catch (RuntimeException fault) {
      return failed(
              ExitCode.BUG,
              fault.toString(),
              "please report it with this line",
              words.contains("--json"))
          .number();
    }
  }

  private ExitCode answer(List<String> words) {
    return switch (Arguments.parse(words)) {
      case Arguments.Wrong(String problem) ->
          failed(ExitCode.USAGE, problem, TRY_HELP, words.contains("--json"));
      case Arguments.Given given -> answer(given, words);
    };
  }

  private ExitCode answer(Arguments.Given given, List<String> words) {
    if (given.has(Option.HELP)) {
      terminal.print(Help.text());
      return ExitCode.DONE;
    }
    if (given.has(Option.VERSION)) {
      terminal.print("inuse " + Version.TEXT + "\n");
      return ExitCode.DONE;
    }
    boolean json = given.has(Option.JSON);
    if (given.words().isEmpty()) {
      return json ? failed(ExitCode.USAGE, "no target", TRY_HELP, true) : usage();
    }
    if (given.words().equals(List.of("schema"))) {
      terminal.print(Schema.TEXT);
      return ExitCode.DONE;
    }
    Targets reader = new Targets(proc);
    List<Place> targets = new ArrayList<>();
    for (String word : given.words()) {
      switch (reader.parse(word)) {
        case Targets.Parsed.Understood(List<Target> more) -> targets.addAll(more);
        case Targets.Parsed.Unix(UnixTarget place) -> targets.add(place);
        case Targets.Parsed.Wrong(String problem, String instead) -> {
          return failed(ExitCode.USAGE, "'" + word + "': " + problem, instead, json);
        }
      }
    }
    if (targets.size() > MOST_TARGETS) {
      return failed(
          ExitCode.USAGE, targets.size() + " targets", "ask about at most " + MOST_TARGETS, json);
    }
    return switch (newcomer(given)) {
      case Newcomers.Parsed.Wrong(String problem, String instead) ->
          failed(ExitCode.USAGE, problem, instead, json);
      case Newcomers.Parsed.NotPermitted(String problem) ->
          failed(ExitCode.NOT_PERMITTED, problem, "run: " + withSudo(words), json);
      case Newcomers.Parsed.Understood(Newcomer newcomer) ->
          switch (Places.of(given, () -> new Namespaces(calls, proc))) {
            case Places.Wrong(String problem, String instead) ->
                failed(ExitCode.USAGE, problem, instead, json);
            case Places.Here here -> diagnose(targets, List.of(Optional.empty()), newcomer, given);
            case Places.There(List<Namespace> there) ->
                diagnose(targets, there.stream().map(Optional::of).toList(), newcomer, given);
          };
    };
  }

  private ExitCode diagnose(
      List<Place> targets,
      List<Optional<Namespace>> places,
      Newcomer newcomer,
      Arguments.Given given) {
    boolean unix = targets.stream().anyMatch(UnixTarget.class::isInstance);
    if (unix && !(places.equals(List.of(Optional.empty())) && given.value(Option.AS).isEmpty())) {
      return failed(
          ExitCode.USAGE,
          "another network namespace, or another user, cannot be asked for about unix sockets yet",
          "run it there, as that user",
          given.has(Option.JSON));
    }
    Asker asker = new Asker(calls, proc);
    boolean probe = !given.has(Option.NO_PROBE);
    List<Diagnosis> diagnoses = new ArrayList<>();
    for (Place target : targets) {
      switch (target) {
        case UnixTarget unixTarget ->
            diagnoses.add(
                UnixExplainer.explain(
                    new UnixAsker(calls, proc)
                        .ask(unixTarget, newcomer, probe, UnixExplainer::agrees)));
        case Target port -> {
          for (Optional<Namespace> place : places) {
            Question question =
                new Question(port, newcomer, probe, place, !given.has(Option.ALL_NETNS));
            diagnoses.add(Explainer.explain(asker.ask(question, Explainer::agrees)));
          }
        }
      }
    }
    if (!given.has(Option.QUIET)) {
      terminal.print(
          given.has(Option.JSON)
              ? JsonAnswer.of(Version.TEXT, diagnoses)
              : TextAnswer.of(diagnoses, terminal.columns(), terminal.isColourful()));
    }
    if (isStrict() && diagnoses.stream().anyMatch(Explainer::isContradicted)) {
      return ExitCode.BUG;
    }
    return ExitCode.of(diagnoses.stream().map(Diagnosis::verdict).toList());
  }

  /** For tests: an answer that contradicts itself is a bug, and no answer. */
  private boolean isStrict() {
    return terminal.environment("INUSE_STRICT").equals(Optional.of("1"));
  }

  private static boolean isElsewhere(Arguments.Given given) {
    return given.has(Option.NETNS)
        || given.has(Option.CONTAINER)
        || given.has(Option.PID)
        || given.has(Option.ALL_NETNS);
  }

  private Newcomers.Parsed newcomer(Arguments.Given given) {
    return new Newcomers(calls, proc)
        .parse(
            new Newcomers.Said(
                given.has(Option.REUSEADDR),
                given.has(Option.REUSEPORT),
                given.has(Option.V6ONLY),
                given.value(Option.DEVICE),
                isElsewhere(given),
                given.value(Option.AS),
                given.value(Option.FOR)));
  }

  private static String withSudo(List<String> words) {
    StringBuilder line = new StringBuilder("sudo inuse");
    words.forEach(word -> line.append(' ').append(Escape.shell(Escape.text(latin1(word)))));
    return line.toString();
  }

  private ExitCode usage() {
    terminal.printError(Help.brief());
    return ExitCode.USAGE;
  }

  /** One line on standard error, and for programs a document on standard output. */
  private ExitCode failed(ExitCode code, String message, String instead, boolean json) {
    if (json) {
      terminal.print(JsonAnswer.error(code.number(), latin1(message), instead));
    }
    terminal.printError("inuse: " + Escape.text(latin1(message)) + "; " + instead + "\n");
    return code;
  }

  /** The user's words are in it, and any byte may be in those. */
  private static Untrusted latin1(String text) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      bytes.append(text.charAt(i) <= 0xff ? text.charAt(i) : '?');
    }
    return new Untrusted(bytes.toString());
  }
}

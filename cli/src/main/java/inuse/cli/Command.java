package inuse.cli;

import inuse.render.JsonAnswer;
import inuse.render.Schema;
import inuse.render.TextAnswer;
import inuse.core.ask.Asker;
import inuse.core.ask.Question;
import inuse.core.ask.UnixAsker;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.Place;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.UnixExplainer;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import inuse.cli.line.Arguments;
import inuse.cli.commands.Choosing;
import inuse.cli.terminal.Colour;
import inuse.cli.line.Complaints;
import inuse.cli.help.Completion;
import inuse.cli.line.ExitCode;
import inuse.cli.commands.Explaining;
import inuse.cli.commands.Freeing;
import inuse.cli.help.Help;
import inuse.cli.help.Manual;
import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.cli.commands.Session;
import inuse.cli.help.Shell;
import inuse.cli.commands.Starting;
import inuse.cli.terminal.Terminal;
import inuse.cli.commands.Tuning;
import inuse.cli.line.Verb;
import inuse.cli.help.Version;
import inuse.cli.commands.Waiting;

/** The command {@code inuse}. */
public final class Command {
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
    Complaints complaints = new Complaints(terminal, words);
    try {
      return answer(words, complaints);
    } catch (RuntimeException fault) {
      return complaints
          .failed(ExitCode.BUG, fault.toString(), "please report it with this line")
          .number();
    }
  }

  private int answer(List<String> words, Complaints complaints) {
    return switch (Arguments.parse(words)) {
      case Arguments.Wrong(String problem) -> complaints.usage(problem, tryHelp(words)).number();
      case Arguments.Given given when isUnknownColour(given) ->
          complaints
              .usage(
                  "'" + given.value(Option.COLOR).orElse("") + "' is no colour",
                  "try: --color=auto")
              .number();
      case Arguments.Given given when given.verb() == Verb.RUN && !isAboutItself(given) ->
          new Starting(new Session(calls, proc, terminal.toErrors(), complaints)).run(given);
      case Arguments.Given given -> answer(given, complaints).number();
    };
  }

  private static String tryHelp(List<String> words) {
    Verb verb = words.stream().findFirst().flatMap(Verb::named).orElse(Verb.ASK);
    return "try: " + verb.line() + " --help";
  }

  private boolean isUnknownColour(Arguments.Given given) {
    Optional<String> wanted = given.value(Option.COLOR);
    wanted.flatMap(Colour::named).ifPresent(terminal::colour);
    return wanted.filter(word -> Colour.named(word).isEmpty()).isPresent();
  }

  private static boolean isAboutItself(Arguments.Given given) {
    return given.has(Option.HELP) || given.has(Option.VERSION);
  }

  private ExitCode answer(Arguments.Given given, Complaints complaints) {
    if (given.has(Option.HELP)) {
      terminal.print(Help.text(given.verb()));
      return ExitCode.DONE;
    }
    if (given.has(Option.VERSION)) {
      terminal.print("inuse " + Version.TEXT + "\n");
      return ExitCode.DONE;
    }
    if (given.verb() == Verb.SCHEMA) {
      terminal.printData(Schema.TEXT);
      return ExitCode.DONE;
    }
    if (given.verb() == Verb.MAN) {
      terminal.printData(Manual.text());
      return ExitCode.DONE;
    }
    if (given.verb() == Verb.COMPLETION) {
      return complete(given.words(), complaints);
    }
    if (given.verb() == Verb.EXPLAIN) {
      return new Explaining(new Session(calls, proc, terminal, complaints)).run(given);
    }
    if (given.verb() == Verb.TUNE) {
      return new Tuning(new Session(calls, proc, terminal, complaints), given).run();
    }
    if (given.words().isEmpty()) {
      boolean brief = given.verb() == Verb.ASK && !given.has(Option.JSON);
      return brief
          ? usage()
          : complaints.usage("no target", "try: " + given.verb().line() + " --help");
    }
    return switch (Request.read(given, calls, proc, complaints)) {
      case Request.Failed(ExitCode code) -> code;
      case Request.Of request -> {
        Session session = new Session(calls, proc, terminal, complaints);
        yield switch (given.verb()) {
          case FREE -> new Freeing(session).run(request);
          case WAIT -> new Waiting(session).run(request);
          case NEXT -> new Choosing(session).run(request);
          case ASK, RUN, TUNE, EXPLAIN, SCHEMA, MAN, COMPLETION -> diagnose(request);
        };
      }
    };
  }

  private ExitCode complete(List<String> words, Complaints complaints) {
    if (words.size() > 1 && words.getFirst().equals(Arguments.COMPLETE)) {
      terminal.printData(new Completion(calls, proc).next(words.subList(2, words.size())));
      return ExitCode.DONE;
    }
    Optional<Shell> shell = words.stream().findFirst().flatMap(Shell::named);
    if (shell.isEmpty()) {
      return complaints.usage("SHELL is bash, zsh or fish", "try: inuse completion bash");
    }
    terminal.printData(shell.get().script());
    return ExitCode.DONE;
  }

  private ExitCode diagnose(Request.Of request) {
    Asker asker = new Asker(calls, proc);
    boolean probe = !request.has(Option.NO_PROBE);
    List<Diagnosis> diagnoses = new ArrayList<>();
    for (Place target : request.targets()) {
      switch (target) {
        case UnixTarget unixTarget ->
            diagnoses.add(
                UnixExplainer.explain(
                    new UnixAsker(calls, proc)
                        .ask(unixTarget, request.newcomer(), probe, UnixExplainer::agrees)));
        case Target port -> {
          for (Optional<Namespace> place : request.places()) {
            Question question =
                new Question(
                    port, request.newcomer(), probe, place, !request.has(Option.ALL_NETNS));
            diagnoses.add(Explainer.explain(asker.ask(question, Explainer::agrees)));
          }
        }
      }
    }
    if (!request.has(Option.QUIET)) {
      if (request.has(Option.JSON)) {
        terminal.printData(JsonAnswer.of(Version.TEXT, diagnoses));
      } else {
        terminal.print(TextAnswer.of(diagnoses, terminal.columns(), terminal.isColourful()));
      }
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

  private ExitCode usage() {
    terminal.printError(Help.brief());
    return ExitCode.USAGE;
  }
}

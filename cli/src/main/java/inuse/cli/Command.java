package inuse.cli;

import inuse.cli.commands.ExplainCommand;
import inuse.cli.commands.FreeCommand;
import inuse.cli.commands.NextCommand;
import inuse.cli.commands.RunCommand;
import inuse.cli.commands.Session;
import inuse.cli.commands.TuneCommand;
import inuse.cli.commands.WaitCommand;
import inuse.cli.help.Completion;
import inuse.cli.help.Help;
import inuse.cli.help.Manual;
import inuse.cli.help.Shell;
import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.Request;
import inuse.cli.line.Verb;
import inuse.cli.terminal.Colour;
import inuse.cli.terminal.Terminal;
import inuse.core.ask.Asker;
import inuse.core.ask.Question;
import inuse.core.ask.UnixAsker;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Explainer;
import inuse.core.explain.UnixExplainer;
import inuse.core.io.Host;
import inuse.kernel.SystemCalls;
import inuse.render.JsonAnswer;
import inuse.render.Schema;
import inuse.render.TextAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command {@code inuse}. */
public final class Command {
  private final Host host;
  private final Terminal terminal;

  public Command(SystemCalls calls) {
    host = Host.of(calls);
    terminal = new Terminal(host);
  }

  /**
   * Does what the words say.
   *
   * @param words the arguments, one char for each byte
   * @return the exit status
   */
  public int run(List<String> words) {
    ErrorReporter errors = new ErrorReporter(terminal, words);
    try {
      return answer(words, errors);
    } catch (RuntimeException fault) {
      return errors
          .failed(ExitCode.BUG, fault.toString(), "please report it with this line")
          .number();
    }
  }

  private int answer(List<String> words, ErrorReporter errors) {
    return switch (Arguments.parse(words)) {
      case Arguments.Wrong(String problem) -> errors.usage(problem, tryHelp(words)).number();
      case Arguments.Given given when isUnknownColour(given) ->
          errors
              .usage(
                  "'" + given.value(Option.COLOR).orElse("") + "' is no colour",
                  "try: --color=auto")
              .number();
      case Arguments.Given given when given.verb() == Verb.RUN && !isAboutItself(given) ->
          new RunCommand(new Session(host, terminal.toErrors(), errors)).run(given);
      case Arguments.Given given -> answer(given, errors).number();
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

  private ExitCode answer(Arguments.Given given, ErrorReporter errors) {
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
      return complete(given.words(), errors);
    }
    if (given.verb() == Verb.EXPLAIN) {
      return new ExplainCommand(new Session(host, terminal, errors)).run(given);
    }
    if (given.verb() == Verb.TUNE) {
      return new TuneCommand(new Session(host, terminal, errors), given).run();
    }
    if (given.words().isEmpty()) {
      boolean brief = given.verb() == Verb.ASK && !given.has(Option.JSON);
      return brief ? usage() : errors.usage("no target", "try: " + given.verb().line() + " --help");
    }
    return switch (Request.read(given, host, errors)) {
      case Request.Failed(ExitCode code) -> code;
      case Request.Of request -> {
        Session session = new Session(host, terminal, errors);
        yield switch (given.verb()) {
          case FREE -> new FreeCommand(session).run(request);
          case WAIT -> new WaitCommand(session).run(request);
          case NEXT -> new NextCommand(session).run(request);
          case ASK, RUN, TUNE, EXPLAIN, SCHEMA, MAN, COMPLETION -> diagnose(request);
        };
      }
    };
  }

  private ExitCode complete(List<String> words, ErrorReporter errors) {
    if (words.size() > 1 && words.getFirst().equals(Arguments.COMPLETE)) {
      terminal.printData(new Completion(host).next(words.subList(2, words.size())));
      return ExitCode.DONE;
    }
    Optional<Shell> shell = words.stream().findFirst().flatMap(Shell::named);
    if (shell.isEmpty()) {
      return errors.usage("SHELL is bash, zsh or fish", "try: inuse completion bash");
    }
    terminal.printData(shell.get().script());
    return ExitCode.DONE;
  }

  private ExitCode diagnose(Request.Of request) {
    Asker asker = new Asker(host);
    boolean probe = !request.has(Option.NO_PROBE);
    List<Diagnosis> diagnoses = new ArrayList<>();
    for (Target target : request.targets()) {
      switch (target) {
        case UnixTarget unixTarget ->
            diagnoses.add(
                UnixExplainer.explain(
                    new UnixAsker(host)
                        .ask(unixTarget, request.newcomer(), probe, UnixExplainer::agrees)));
        case PortTarget port -> {
          for (Optional<Namespace> place : request.namespaces()) {
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

package inuse.cli;

import inuse.cli.commands.AskCommand;
import inuse.cli.commands.ExplainCommand;
import inuse.cli.commands.FreeCommand;
import inuse.cli.commands.HistoryCommand;
import inuse.cli.commands.HoldCommand;
import inuse.cli.commands.HookCommand;
import inuse.cli.commands.LeftOverCommand;
import inuse.cli.commands.ListCommand;
import inuse.cli.commands.McpCommand;
import inuse.cli.commands.NextCommand;
import inuse.cli.commands.RecordCommand;
import inuse.cli.commands.RunCommand;
import inuse.cli.commands.ServeCommand;
import inuse.cli.commands.Session;
import inuse.cli.commands.StreamCommand;
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
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.cli.line.Verb;
import inuse.cli.live.WatchCommand;
import inuse.cli.remote.OnCommand;
import inuse.cli.terminal.Colour;
import inuse.cli.terminal.Terminal;
import inuse.core.Inuse;
import inuse.core.io.FileCapabilities;
import inuse.core.io.Host;
import inuse.render.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The command {@code inuse}. */
public final class Command {
  private final Host host;
  private final Terminal terminal;

  public Command(Host host) {
    this.host = host;
    terminal = new Terminal(host);
  }

  /**
   * Runs the command that the words describe.
   *
   * @param words the arguments, one char for each byte
   * @return the exit status
   */
  public int run(List<String> words) {
    int status = status(words);
    return terminal.hasLost() ? ExitCode.NOT_WRITTEN.number() : status;
  }

  private int status(List<String> words) {
    ErrorReporter errors = new ErrorReporter(terminal, words);
    try (Inuse inuse = Inuse.open(host)) {
      return answer(words, new Session(inuse, terminal, errors));
    } catch (RuntimeException fault) {
      return errors.fault(fault.toString(), "please report it with this line").number();
    } catch (OutOfMemoryError full) {
      return errors.fault("out of memory", "ask about fewer addresses").number();
    }
  }

  private int answer(List<String> words, Session session) {
    Arguments parsed = Arguments.parse(words);
    if (parsed instanceof Arguments.Given given && (!onlyLooks(given) || given.has(Option.ON))) {
      // What acts does so with the user's own rights, and by the user's own environment.
      FileCapabilities.giveUp(host);
    }
    return switch (parsed) {
      case Arguments.Wrong(String problem) ->
          session
              .errors()
              .usage(problem, session.errors().meant().orElseGet(() -> tryHelp(words)))
              .number();
      case Arguments.Given given when isUnknownColour(given) ->
          session
              .errors()
              .usage(
                  "'" + given.value(Option.COLOR).orElse("") + "' is not a colour mode",
                  "try: --color=auto")
              .number();
      case Arguments.Given given when given.has(Option.HELP) ->
          print(Help.text(given.verb(), given.value(Option.HELP).orElse("")));
      case Arguments.Given given when given.has(Option.VERSION) ->
          print("inuse " + Version.TEXT + "\n");
      case Arguments.Given given when given.has(Option.ON) ->
          new OnCommand(session).run(given).number();
      case Arguments.Given given when given.verb() == Verb.RUN -> {
        terminal.neverWaits();
        yield new RunCommand(new Session(session.inuse(), terminal.toErrors(), session.errors()))
            .run(given);
      }
      case Arguments.Given given when given.verb() == Verb.HOLD ->
          new HoldCommand(session).run(given);
      case Arguments.Given given when given.verb() == Verb.RECORD ->
          new RecordCommand(session).run(given);
      case Arguments.Given given when given.verb().isAnotherProgram() ->
          new ServeCommand(session).run(given);
      case Arguments.Given given when given.verb() == Verb.WATCH ->
          new WatchCommand(session, (line, terminal) -> within(session, line, terminal)).run(given);
      case Arguments.Given given -> {
        if (onlyLooks(given)) {
          session.inuse().onlyLook();
        }
        yield (given.has(Option.DEADLINE) ? byDeadline(given, session) : answer(given, session))
            .number();
      }
    };
  }

  private ExitCode byDeadline(Arguments.Given given, Session session) {
    OptionValues values = new OptionValues(given);
    Optional<Duration> time = values.time(Option.DEADLINE);
    if (time.isEmpty()) {
      return session.errors().usage(values.problem().orElse(""), "try: inuse --deadline 30s 8080");
    }
    try (Inuse inuse = Inuse.open(host.within(time.get()))) {
      return answer(given, new Session(inuse, terminal, session.errors()));
    }
  }

  private static boolean onlyLooks(Arguments.Given given) {
    return switch (given.verb()) {
      case ASK, LIST, WAIT, NEXT, EXPLAIN, SCHEMA, MAN, COMPLETION -> true;
      case HISTORY -> !given.has(Option.FORGET);
      case FREE -> given.has(Option.DRY_RUN);
      case MCP -> given.has(Option.READ_ONLY);
      case TUNE, HOLD, RUN, RECORD, WATCH, HOOK, SERVE, FLEET -> false;
    };
  }

  private static String tryHelp(List<String> words) {
    if (words.stream().findFirst().filter(Arguments.HELP::equals).isPresent()) {
      return "try: inuse help topics";
    }
    return words.stream()
        .findFirst()
        .flatMap(Verb::named)
        .map(verb -> "try: " + verb.line() + " --help")
        .orElse("try: inuse help ask");
  }

  private boolean isUnknownColour(Arguments.Given given) {
    Optional<String> wanted = given.value(Option.COLOR);
    wanted.flatMap(Colour::named).ifPresent(terminal::colour);
    return wanted.filter(word -> Colour.named(word).isEmpty()).isPresent();
  }

  private int print(String text) {
    terminal.print(text);
    return ExitCode.DONE.number();
  }

  private ExitCode answer(Arguments.Given given, Session session) {
    return switch (given.verb()) {
      case ASK ->
          given.words().equals(List.of(StreamCommand.WORD))
              ? new StreamCommand(session).run(given)
              : about(given, session, new AskCommand(session)::run);
      case LIST -> new ListCommand(session).run(given);
      case HISTORY -> new HistoryCommand(session).run(given);
      case FREE ->
          given.has(Option.LEFT_OVER)
              ? new LeftOverCommand(session).run(given)
              : about(given, session, new FreeCommand(session)::run);
      case WAIT -> about(given, session, new WaitCommand(session)::run);
      case NEXT -> about(given, session, new NextCommand(session)::run);
      case TUNE -> new TuneCommand(session, given).run();
      case MCP -> new McpCommand(session).run(given);
      case EXPLAIN -> new ExplainCommand(session).run(given);
      case HOOK -> new HookCommand(session).run(given);
      case SCHEMA -> printData(Schema.TEXT);
      case MAN -> printData(Manual.text());
      case COMPLETION -> complete(given.words(), session);
      case HOLD, RUN, RECORD, WATCH, SERVE, FLEET ->
          throw new IllegalStateException("a program's status is no exit code of ours");
    };
  }

  /** A command within another one, with all that the other one may do. */
  private ExitCode within(Session session, List<String> words, Terminal there) {
    Session inside = new Session(session.inuse(), there, new ErrorReporter(there, words));
    return switch (Arguments.parse(words)) {
      case Arguments.Wrong(String problem) -> inside.errors().usage(problem, tryHelp(words));
      case Arguments.Given given -> answer(given, inside);
    };
  }

  private ExitCode printData(String data) {
    terminal.printData(data);
    return ExitCode.DONE;
  }

  /** A command about targets. */
  private ExitCode about(
      Arguments.Given given, Session session, Function<Request.Of, ExitCode> command) {
    if (given.words().isEmpty()) {
      return session.errors().usage("no target", "try: " + given.verb().line() + " --help");
    }
    return switch (Request.read(given, session.inuse())) {
      case Request.Refused refused -> session.refuse(refused);
      case Request.Of request -> command.apply(request);
    };
  }

  private ExitCode complete(List<String> words, Session session) {
    if (words.size() > 1 && words.getFirst().equals(Arguments.COMPLETE)) {
      return printData(new Completion(session.inuse()).next(words.subList(2, words.size())));
    }
    Optional<Shell> shell = words.stream().findFirst().flatMap(Shell::named);
    if (shell.isEmpty()) {
      return session.errors().usage("SHELL is bash, zsh or fish", "try: inuse completion bash");
    }
    return printData(shell.get().script());
  }
}

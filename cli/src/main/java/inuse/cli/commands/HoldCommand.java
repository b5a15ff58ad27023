package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Request;
import inuse.cli.terminal.StreamEnd;
import inuse.core.HeldPorts;
import inuse.core.ask.input.TargetParser;
import inuse.core.evidence.PortTarget;
import inuse.render.HeldJson;
import inuse.run.Restart;
import inuse.run.Supervisor;
import inuse.run.SupervisorOptions;
import inuse.run.process.ProgramEnd;
import java.util.List;
import java.util.Optional;

/** {@code inuse hold}: keeps ports for servers to come. */
public final class HoldCommand {
  private static final String TRY_HELP = "try: inuse hold --help";

  private final Session session;
  private final ProgramStart programs;

  public HoldCommand(Session session) {
    this.session = session;
    programs = new ProgramStart(session);
  }

  /** Holds them until the command ends, or else the reader or the input. */
  public int run(Arguments.Given given) {
    if (given.command().filter(List::isEmpty).isPresent()) {
      return session.errors().usage("no command to start", TRY_HELP).number();
    }
    if (given.command().isPresent() && given.has(Option.JSON)) {
      return session
          .errors()
          .usage("COMMAND has the ports in its environment, and the output is COMMAND's", TRY_HELP)
          .number();
    }
    return switch (Request.read(given, session.inuse())) {
      case Request.Refused refused -> session.refuse(refused).number();
      case Request.Of request -> {
        Optional<PortTarget> at = Optional.empty();
        if (request.given().value(Option.ADDRESS).isPresent()) {
          at = address(request.given().value(Option.ADDRESS).get());
          if (at.isEmpty()) {
            yield session
                .errors()
                .usage(Option.ADDRESS.word() + " takes an address of this host", TRY_HELP)
                .number();
          }
        }
        yield switch (HoldRequest.of(request, at)) {
          case HoldRequest.Wrong(String problem, String instead) ->
              session.errors().usage(problem, instead).number();
          case HoldRequest.Wanted wanted -> hold(request, wanted);
        };
      }
    };
  }

  /** Any port at that one address, which is written as in a target. */
  private Optional<PortTarget> address(String word) {
    boolean bare = word.indexOf(':') >= 0 && !word.startsWith("[");
    String target = bare ? "[" + word + "]:0" : word + ":0";
    return session.inuse().targets().parse(target)
                instanceof TargetParser.Parsed.Understood(List<PortTarget> places)
            && places.size() == 1
            && places.getFirst().address().isPresent()
        ? Optional.of(places.getFirst())
        : Optional.empty();
  }

  private int hold(Request.Of request, HoldRequest.Wanted wanted) {
    OptionValues values = new OptionValues(request.given());
    var _ = values.time(Option.GRACE);
    if (values.problem().isPresent()) {
      return session.errors().usage(values.problem().get(), TRY_HELP).number();
    }
    return request
        .given()
        .command()
        .map(command ->
            programs.of(
                command.getFirst(), path -> holdFor(new Started(path, command), wanted, request)))
        .orElseGet(() -> holdForReader(wanted, request));
  }

  /** A program, found, and its words. */
  private record Started(String path, List<String> words) {}

  private int holdFor(Started program, HoldRequest.Wanted wanted, Request.Of request) {
    return new Holding(session, request)
        .of(
            wanted.targets(),
            ExitCode.NOT_STARTED,
            held -> {
              PortWords told = new PortWords(Holding.numbers(held), wanted.named());
              return programs.ended(program.path(), supervised(program, told, request));
            });
  }

  private ProgramEnd supervised(Started program, PortWords told, Request.Of request) {
    OptionValues values = new OptionValues(request.given());
    SupervisorOptions options =
        new SupervisorOptions(
            program.path(),
            told.words(program.words()),
            told.environment(session.terminal().environment()),
            List.of(),
            values.limits(session.host()).grace(),
            request.has(Option.KEEP_DAEMONS),
            Restart.NEVER,
            Optional.empty(),
            Optional.empty(),
            values.readiness(),
            Optional.empty(),
            SupervisorOptions.Listener.SILENT);
    return ProgramEnd.of(new Supervisor(session.host(), options).run());
  }

  private int holdForReader(HoldRequest.Wanted wanted, Request.Of request) {
    return new Holding(session, request)
        .of(
            wanted.targets(),
            ExitCode.NOT_DONE,
            held -> {
              if (session.terminal().written(text(held, wanted, request.has(Option.JSON)))) {
                if (session.terminal().isInteractive()) {
                  session.terminal().printError("held until Ctrl-C or Ctrl-D\n");
                }
                new StreamEnd(session.host()).await();
              }
              return ExitCode.DONE.number();
            });
  }

  private String text(HeldPorts held, HoldRequest.Wanted wanted, boolean json) {
    if (json) {
      List<String> names = wanted.named().stream().map(PortWords.Named::name).toList();
      return HeldJson.held(
          Version.TEXT, session.inuse().caller().pid().number(), held.targets(), names);
    }
    StringBuilder lines = new StringBuilder();
    Holding.numbers(held).forEach(port -> lines.append(port).append('\n'));
    return lines.toString();
  }
}

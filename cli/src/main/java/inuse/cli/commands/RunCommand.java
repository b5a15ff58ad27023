package inuse.cli.commands;

import inuse.cli.line.Arguments;
import inuse.cli.line.CommandLine;
import inuse.cli.line.ExitCode;
import inuse.cli.line.ListenWord;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Policy;
import inuse.cli.line.Request;
import inuse.core.evidence.Caller;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.fix.FreeOptions;
import inuse.run.HelperCommand;
import inuse.run.ListenSockets;
import inuse.run.process.Executable;
import inuse.run.process.ProgramEnd;
import inuse.run.process.TaskRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code inuse run}: frees addresses for a program, and starts it. */
public final class RunCommand {
  static final String TRY_HELP = "try: inuse run --help";

  /** The placeholder in the command that {@code next} replaces by the port. */
  private static final String PORT = "{port}";

  private final Session session;

  public RunCommand(Session session) {
    this.session = session;
  }

  /** Runs the command; returns an exit status only if this process has not become the program. */
  public int run(Arguments.Given given) {
    Optional<Policy> policy =
        Policy.named(given.value(Option.ON_CONFLICT).orElse(Policy.FAIL.word()));
    OptionValues values = new OptionValues(given);
    FreeOptions options = values.limits(session.host());
    values.readiness();
    values.restart();
    Optional<String> problem = problem(given, policy).or(values::problem);
    if (problem.isPresent()) {
      return session.errors().usage(problem.get(), TRY_HELP).number();
    }
    return switch (Executable.find(
        session.host(), given.words().getFirst(), session.terminal().environment("PATH"))) {
      case Executable.Missing missing ->
          notStarted(ExitCode.NOT_FOUND, given.words().getFirst() + ": no such program");
      case Executable.Refused(String path, String why) ->
          notStarted(ExitCode.NOT_EXECUTABLE, path + ": " + why);
      case Executable.Found(String path) ->
          switch (Request.read(given, session.inuse())) {
            case Request.Refused refused -> {
              session.refuse(refused);
              yield ExitCode.NOT_STARTED.number();
            }
            case Request.Of request -> go(request, policy.get(), options, path);
          };
    };
  }

  /** The problem with the options, if any. */
  private Optional<String> problem(Arguments.Given given, Optional<Policy> policy) {
    if (given.words().isEmpty()) {
      return Optional.of("no command to start");
    }
    if (policy.isEmpty()) {
      return Optional.of(
          "--on-conflict: unknown policy '"
              + given.value(Option.ON_CONFLICT).orElse("")
              + "' (fail, wait, replace, take or next)");
    }
    if (helps(given) && HelperCommand.read(session.errors().words()).isEmpty()) {
      return Optional.of(Caller.SUPERVISOR_VARIABLE + " is for what a supervisor itself starts");
    }
    int ports = given.targets().size() + given.values(Option.LISTEN).size();
    if (policy.get() == Policy.NEXT && !(ports == 1 && !SupervisedRun.isGuarded(given))) {
      return Optional.of(
          "the next port is chosen for one --port or --listen, and without --guard or --handover");
    }
    if (given.has(Option.HANDOVER)
        && given.has(Option.NO_START)
        && !StandInHandover.isAsked(session)) {
      return Optional.of("what is not started cannot take anything over");
    }
    if (given.has(Option.READY_PORT) && !SupervisedRun.isGuarded(given)) {
      return Optional.of("where a program listens is known only with --guard or --handover");
    }
    return Optional.empty();
  }

  /** Whether a supervisor has started this process for one of its program's binds. */
  private boolean helps(Arguments.Given given) {
    return given.has(Option.NO_START)
        && session.terminal().environment(Caller.SUPERVISOR_VARIABLE).isPresent();
  }

  /** Whether it has, from now on, no more rights than the task for which it acts. */
  private boolean isConfined() {
    return session
        .terminal()
        .environment(TaskRights.VARIABLE)
        .flatMap(TaskRights::read)
        .filter(rights -> rights.assume(session.host()) >= 0)
        .isPresent();
  }

  private int notStarted(ExitCode code, String why) {
    return session.errors().failed(code, why, "nothing was started").number();
  }

  private int go(Request.Of request, Policy policy, FreeOptions options, String path) {
    if (helps(request.given()) && !isConfined()) {
      return notStarted(
          ExitCode.NOT_STARTED, TaskRights.VARIABLE + ": its rights cannot be assumed");
    }
    ConflictResolver way = new ConflictResolver(session, request, policy);
    boolean lends = request.has(Option.HANDOVER) && request.has(Option.NO_START);
    for (int i = 0; i < request.targets().size(); i++) {
      Target place = request.targets().get(i);
      // A supervisor's helper is asked about whatever a program may bind.
      if (helps(request.given()) && !(place instanceof PortTarget && lends)) {
        if (!way.atRefused(place)) {
          return ExitCode.NOT_STARTED.number();
        }
        continue;
      }
      if (!(place instanceof PortTarget target) || target.port().isAny()) {
        return session
            .errors()
            .usage(Option.PORT.word() + " takes a port, or an address with its port", TRY_HELP)
            .number();
      }
      if (lends) {
        new StandInHandover(session, request, options).lend(target);
      }
      // With --handover the predecessor has them, and each bind is intercepted anyway.
      if (!request.has(Option.HANDOVER) && !way.at(target)) {
        return ExitCode.NOT_STARTED.number();
      }
    }
    if (request.has(Option.NO_START)) {
      return ExitCode.DONE.number();
    }
    SupervisedRun supervising = new SupervisedRun(session, request, policy, options);
    ListenSockets listening =
        new ListenSockets(session.host(), session.terminal().environment(), supervising.handover());
    for (String word : request.given().values(Option.LISTEN)) {
      switch (ListenWord.parse(word, session.inuse().targets())) {
        case ListenWord.Wrong(String problem, String instead) -> {
          return session.errors().usage(problem, instead).number();
        }
        case ListenWord.Wanted wanted -> {
          if (!wanted.places().stream()
              .allMatch(place -> way.listen(listening, wanted.name(), place))) {
            return ExitCode.NOT_STARTED.number();
          }
        }
      }
    }
    CommandLine command =
        command(
            path,
            request.given().words(),
            way.chosen(),
            listening.environment(session.terminal().environment()));
    return ended(
        path,
        supervising.isWanted()
            ? ProgramEnd.of(supervising.run(command, listening.sockets()))
            : Executable.become(
                session.host(), path, command.words(), command.environment(), listening.sockets()));
  }

  /** The command with the chosen port in its environment and its placeholders. */
  private static CommandLine command(
      String path, List<String> words, OptionalInt chosen, List<String> environment) {
    if (chosen.isEmpty()) {
      return new CommandLine(path, words, environment);
    }
    String port = Integer.toString(chosen.getAsInt());
    List<String> variables = new ArrayList<>();
    environment.stream().filter(one -> !one.startsWith("PORT=")).forEach(variables::add);
    variables.add("PORT=" + port);
    return new CommandLine(
        path, words.stream().map(word -> word.replace(PORT, port)).toList(), variables);
  }

  private int ended(String path, ProgramEnd end) {
    return switch (end) {
      case ProgramEnd.Ended(int status) -> status;
      case ProgramEnd.NotReady notReady ->
          session
              .errors()
              .failed(
                  ExitCode.NOT_STARTED,
                  path + ": not ready in time",
                  "it was stopped, and its predecessor goes on")
              .number();
      case ProgramEnd.SeveralThreads here ->
          notStarted(
              ExitCode.NOT_STARTED,
              "a program of several threads cannot become another; use the executable inuse");
      case ProgramEnd.NotStarted(ProgramEnd.Why why, String errno) ->
          notStarted(
              switch (why) {
                case MISSING -> ExitCode.NOT_FOUND;
                case NO_RESOURCES -> ExitCode.NOT_STARTED;
                case NOT_EXECUTABLE -> ExitCode.NOT_EXECUTABLE;
              },
              path + ": " + errno);
    };
  }
}

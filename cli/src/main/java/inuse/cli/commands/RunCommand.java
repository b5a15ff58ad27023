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
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Target;
import inuse.core.fix.FreeOptions;
import inuse.run.HelperCommand;
import inuse.run.ListenSockets;
import inuse.run.process.Executable;
import inuse.run.process.ProgramEnd;
import inuse.run.process.TaskRights;
import java.util.List;
import java.util.Optional;

/** {@code inuse run}: frees addresses for a program, and starts it. */
public final class RunCommand {
  static final String TRY_HELP = "try: inuse run --help";

  private final Session session;
  private final ProgramStart programs;

  public RunCommand(Session session) {
    this.session = session;
    programs = new ProgramStart(session);
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
    return programs.of(
        given.words().getFirst(),
        path ->
            switch (Request.read(given, session.inuse())) {
              case Request.Refused refused -> {
                session.refuse(refused);
                yield ExitCode.NOT_STARTED.number();
              }
              case Request.Of request -> go(request, policy.get(), options, path);
            });
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
    if (given.has(Option.HOLD) && (given.has(Option.HANDOVER) || given.has(Option.NO_START))) {
      return Optional.of(
          Option.HOLD.word()
              + " is for a program that is started, and takes nothing over (leave "
              + (given.has(Option.HANDOVER) ? Option.HANDOVER : Option.NO_START).word()
              + " out)");
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

  private int go(Request.Of request, Policy policy, FreeOptions options, String path) {
    if (helps(request.given()) && !isConfined()) {
      return programs.failed(
          ExitCode.NOT_STARTED, TaskRights.VARIABLE + ": its rights cannot be assumed");
    }
    ConflictResolver way = new ConflictResolver(session, request, policy);
    boolean lends = request.has(Option.HANDOVER) && request.has(Option.NO_START);
    for (int i = 0; i < request.targets().size(); i++) {
      Target place = request.targets().get(i);
      // A supervisor's helper is asked about whatever a program may bind.
      if (helps(request.given()) && !(place instanceof PortTarget && lends)) {
        RefusalReport.given(session)
            .ifPresent(report ->
                report.add(place, session.inuse().monitor(request.question(place)).diagnose()));
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
      if (request.has(Option.HOLD) && target.protocol() == Protocol.UDP) {
        return session.errors().usage(HoldRequest.ONLY_TCP, TRY_HELP).number();
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
    List<Port> chosen =
        way.chosen().isPresent() ? List.of(new Port(way.chosen().getAsInt())) : List.of();
    Start start = new Start(path, request, listening, supervising);
    return request.has(Option.HOLD)
        ? new Holding(session, request)
            .of(
                held(request, chosen),
                ExitCode.NOT_STARTED,
                held -> start(start, Holding.numbers(held)))
        : start(start, chosen);
  }

  /** The ports that are held for the program: those that it was said to bind, or a free one. */
  private static List<PortTarget> held(Request.Of request, List<Port> chosen) {
    List<PortTarget> ports =
        request.targets().stream()
            .map(PortTarget.class::cast)
            .map(one -> chosen.isEmpty() ? one : one.at(chosen.getFirst()))
            .toList();
    return ports.isEmpty()
        ? List.of(new PortTarget(Protocol.TCP, Optional.empty(), new Port(0)))
        : ports;
  }

  /** All that is known of a program before it starts, but for its ports. */
  private record Start(
      String path, Request.Of request, ListenSockets listening, SupervisedRun supervising) {}

  private int start(Start start, List<Port> ports) {
    CommandLine command =
        command(
            start.path(),
            start.request().given().words(),
            ports,
            start.listening().environment(session.terminal().environment()));
    List<Integer> sockets = start.listening().sockets();
    return programs.ended(
        start.path(),
        start.supervising().isWanted()
            ? ProgramEnd.of(start.supervising().run(command, sockets))
            : Executable.become(
                session.host(), start.path(), command.words(), command.environment(), sockets));
  }

  /** The command with its ports in its environment and its placeholders. */
  private static CommandLine command(
      String path, List<String> words, List<Port> ports, List<String> environment) {
    PortWords told = new PortWords(ports, List.of());
    return new CommandLine(path, told.words(words), told.environment(environment));
  }
}

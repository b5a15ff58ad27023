package inuse.cli;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDWR;
import static inuse.kernel.abi.Constants.S_ISGID;
import static inuse.kernel.abi.Constants.S_ISUID;

import inuse.cli.render.Escape;
import inuse.cli.render.TextAnswer;
import inuse.core.ask.Ourselves;
import inuse.core.evidence.Place;
import inuse.core.evidence.Port;
import inuse.core.evidence.Self;
import inuse.core.evidence.Startup;
import inuse.core.evidence.Target;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Verdict;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.Eyes;
import inuse.core.fix.Limits;
import inuse.core.run.Executable;
import inuse.core.run.Guarding;
import inuse.core.run.Refusal;
import inuse.core.run.Supervisor;
import inuse.kernel.Answer;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code inuse run}: makes way for a program, and starts it. */
final class Starting {
  private static final String TRY_HELP = "try: inuse run --help";

  /** A word of the command in which {@code next} puts the port. */
  private static final String PORT = "{port}";

  private final Session session;

  Starting(Session session) {
    this.session = session;
  }

  /** The exit status, where this process has not become the program. */
  int run(Arguments.Given given) {
    Optional<Policy> policy =
        Policy.named(given.value(Option.ON_CONFLICT).orElse(Policy.FAIL.word()));
    Values values = new Values(given);
    Limits limits = values.limits(session.calls(), session.proc());
    Optional<String> problem = problem(given, policy).or(values::problem);
    if (problem.isPresent()) {
      return session.complaints().usage(problem.get(), TRY_HELP).number();
    }
    return switch (Executable.find(
        session.calls(), given.words().getFirst(), session.terminal().environment("PATH"))) {
      case Executable.Missing missing ->
          notStarted(ExitCode.NOT_FOUND, given.words().getFirst() + ": no such program");
      case Executable.Refused(String path, Errno why) ->
          notStarted(ExitCode.NOT_EXECUTABLE, path + ": " + why);
      case Executable.Found(String path) ->
          switch (Request.read(given, session.calls(), session.proc(), session.complaints())) {
            case Request.Failed failed -> ExitCode.NOT_STARTED.number();
            case Request.Of request -> new Run(request, policy.get(), limits.grace(), path).go();
          };
    };
  }

  /** What makes no sense. */
  private Optional<String> problem(Arguments.Given given, Optional<Policy> policy) {
    if (given.words().isEmpty()) {
      return Optional.of("no command to start");
    }
    if (policy.isEmpty()) {
      return Optional.of(
          "'" + given.value(Option.ON_CONFLICT).orElse("") + "' of --on-conflict is no policy");
    }
    boolean one = given.targets().size() == 1 && !given.has(Option.GUARD);
    if (policy.get() == Policy.NEXT && !one) {
      return Optional.of("the next port is chosen for one --port, and without --guard");
    }
    return Optional.empty();
  }

  private int notStarted(ExitCode code, String why) {
    return session.complaints().failed(code, why, "nothing was started").number();
  }

  /** One run. */
  private final class Run {
    private final Request.Of request;
    private final Policy policy;
    private final Duration grace;
    private final String path;
    private final Self self = new Ourselves(session.calls(), session.proc()).look();
    private List<String> command;
    private List<String> environment;

    Run(Request.Of request, Policy policy, Duration grace, String path) {
      this.request = request;
      this.policy = policy;
      this.grace = grace;
      this.path = path;
      command = request.given().words();
      environment = session.terminal().environment();
    }

    int go() {
      for (int i = 0; i < request.targets().size(); i++) {
        if (!(request.targets().get(i) instanceof Target target) || target.port().isAny()) {
          return session
              .complaints()
              .usage("--port takes a port, with its address if need be", TRY_HELP)
              .number();
        }
        if (!makeWay(target)) {
          return ExitCode.NOT_STARTED.number();
        }
      }
      if (request.has(Option.NO_START)) {
        return ExitCode.DONE.number();
      }
      boolean stays = request.has(Option.GUARD) || request.has(Option.KEEP_DAEMONS);
      return started(stays ? supervise() : become());
    }

    private boolean makeWay(Target target) {
      Eyes eyes = Sight.of(target, request, session.calls(), session.proc());
      if (eyes.proof().isFree()) {
        return policy != Policy.NEXT || choose(target);
      }
      Diagnosis diagnosis = eyes.diagnose();
      if (diagnosis.verdict() == Verdict.FREE) {
        return policy != Policy.NEXT || choose(target);
      }
      // What is held by this very run will not be given up for it.
      boolean own =
          diagnosis.causes().stream()
              .map(Cause::holders)
              .anyMatch(holders -> holders.stream().anyMatch(self::isOfItsRun));
      return switch (own ? Policy.FAIL : policy) {
        case FAIL -> {
          session
              .terminal()
              .print(
                  TextAnswer.of(
                      List.of(diagnosis),
                      session.terminal().columns(),
                      session.terminal().isColourful()));
          yield false;
        }
        case WAIT -> new Waiting(session).run(about(target, Verb.WAIT)) == ExitCode.DONE;
        case REPLACE, TAKE -> new Freeing(session).run(about(target, Verb.FREE)) == ExitCode.DONE;
        case NEXT -> choose(target);
      };
    }

    private Request.Of about(Place target, Verb verb) {
      Arguments.Given given = request.given().as(verb, Option.YES, List.of(target.toString()));
      return new Request.Of(given, List.of(target), request.places(), request.newcomer());
    }

    /** The command gets the port in its environment, and wherever it has a place for it. */
    private boolean choose(Target target) {
      List<Integer> ports = new Choosing(session).choose(target, Port.MOST, 1, request);
      if (ports.isEmpty()) {
        session
            .complaints()
            .failed(ExitCode.NOT_STARTED, "no port from " + target + " on is free", TRY_HELP);
        return false;
      }
      String port = ports.getFirst().toString();
      command = command.stream().map(word -> word.replace(PORT, port)).toList();
      List<String> variables = new ArrayList<>();
      environment.stream().filter(one -> !one.startsWith("PORT=")).forEach(variables::add);
      variables.add("PORT=" + port);
      environment = variables;
      return true;
    }

    private int become() {
      return session.calls().become(Bytes.of(path), Bytes.each(command), Bytes.each(environment));
    }

    private int supervise() {
      Optional<Guarding> guarding = Optional.empty();
      if (request.has(Option.GUARD)) {
        Optional<String> why = whyNotGuarded();
        why.ifPresent(reason -> unguarded(reason));
        if (why.isEmpty()) {
          guarding =
              Optional.of(
                  new Guarding(
                      request.has(Option.REUSEADDR),
                      request.has(Option.GUARD_UDP),
                      policy == Policy.FAIL,
                      this::startMakingWay));
        }
      }
      return new Supervisor(
              session.calls(),
              session.proc(),
              new Supervisor.Orders(
                  path,
                  command,
                  environment,
                  grace,
                  request.has(Option.KEEP_DAEMONS),
                  guarding,
                  errno -> unguarded(why(errno))))
          .run();
    }

    private void unguarded(String why) {
      if (!request.has(Option.QUIET)) {
        session.terminal().printError("inuse: going on without --guard: " + why + "\n");
      }
    }

    private static String why(Errno errno) {
      return switch (errno.toString()) {
        case "EBUSY" -> "the program runs under another supervisor of its system calls already";
        case "ENOSYS", "EINVAL" -> "this kernel has no seccomp user notification (Linux 5.9)";
        default -> "seccomp: " + errno;
      };
    }

    /** Without privileges nothing below may gain any, which would break such a program. */
    private Optional<String> whyNotGuarded() {
      String program =
          request.newcomer().startup().map(Startup::program).map(one -> one.bytes()).orElse(path);
      boolean gains =
          FileStatus.follow(session.calls(), Bytes.of(program))
                  instanceof Answer.Got<FileStatus>(FileStatus file)
              && (file.mode() & (S_ISUID | S_ISGID)) != 0;
      boolean capable =
          session.calls().getAttribute(Bytes.of(program), Bytes.of("security.capability")) > 0;
      if ((gains || capable) && session.calls().getEffectiveUid() != 0) {
        return Optional.of(
            Escape.text(Complaints.latin1(program))
                + (gains ? " is set-uid or set-gid" : " has file capabilities")
                + ", which it would lose");
      }
      int self = session.calls().pidfdOpen(session.calls().getPid(), 0);
      int copy = self < 0 ? self : session.calls().pidfdGetFd(self, self);
      session.calls().close(copy);
      session.calls().close(self);
      return copy < 0
          ? Optional.of(
              "pidfd_getfd: "
                  + Errno.of(copy)
                  + " (in a container it takes --cap-add SYS_PTRACE, or a seccomp profile that"
                  + " allows it)")
          : Optional.empty();
    }

    /** This very program, told about the address, and whose run it is for. */
    private int startMakingWay(Refusal refusal) {
      List<String> words =
          new ArrayList<>(List.of("inuse", Verb.RUN.word(), Option.NO_START.word()));
      words.addAll(List.of(Option.ON_CONFLICT.word(), policy.word()));
      for (Option option : List.of(Option.GRACE, Option.TIMEOUT)) {
        request
            .given()
            .value(option)
            .ifPresent(value -> words.addAll(List.of(option.word(), value)));
      }
      addIf(words, refusal.reuseAddress(), Option.REUSEADDR);
      addIf(words, refusal.reusePort(), Option.REUSEPORT);
      addIf(words, refusal.ipv6Only(), Option.V6ONLY);
      addIf(words, request.has(Option.QUIET), Option.QUIET);
      refusal.device().ifPresent(one -> words.addAll(List.of(Option.DEVICE.word(), one.bytes())));
      words.addAll(List.of(Option.AS.word(), refusal.uid().toString()));
      Target target =
          new Target(
              refusal.protocol(),
              Optional.of(refusal.endpoint().address()),
              refusal.endpoint().port());
      words.addAll(List.of(Option.PORT.word(), target.toString(), "--"));
      words.addAll(command);
      List<String> variables = new ArrayList<>(environment);
      variables.add(Ourselves.SUPERVISOR + "=" + session.calls().getPid());
      int nothing = session.calls().open(AT_FDCWD, Bytes.of("/dev/null"), O_RDWR | O_CLOEXEC);
      int errors = session.calls().fileControl(2, F_DUPFD_CLOEXEC, 3);
      int pid =
          session
              .calls()
              .spawn(
                  Bytes.of("/proc/self/exe"),
                  Bytes.each(words),
                  Bytes.each(variables),
                  nothing,
                  errors,
                  errors);
      session.calls().close(nothing);
      session.calls().close(errors);
      return pid;
    }

    private static void addIf(List<String> words, boolean wanted, Option option) {
      if (wanted) {
        words.add(option.word());
      }
    }

    /** A negated errno says that there is no program. */
    private int started(int status) {
      if (status >= 0) {
        return status;
      }
      Errno why = Errno.of(status);
      ExitCode code =
          switch (why.toString()) {
            case "ENOENT" -> ExitCode.NOT_FOUND;
            case "ENOSYS", "EAGAIN", "ENOMEM", "E2BIG" -> ExitCode.NOT_STARTED;
            default -> ExitCode.NOT_EXECUTABLE;
          };
      return notStarted(
          code,
          why.equals(Errno.ENOSYS)
              ? "a program of several threads cannot become another; use the executable inuse"
              : path + ": " + why);
    }
  }
}

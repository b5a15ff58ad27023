package inuse.cli.commands;

import inuse.cli.help.Version;
import inuse.cli.line.Arguments;
import inuse.cli.line.CommandLine;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.ExitCode;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Policy;
import inuse.cli.line.Request;
import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.PortTarget;
import inuse.core.fix.FreeOptions;
import inuse.render.Escape;
import inuse.render.NoticeJson;
import inuse.run.HelperCommand;
import inuse.run.HelperProcess;
import inuse.run.NotifySocket;
import inuse.run.Supervisor;
import inuse.run.SupervisorOptions;
import inuse.run.guard.GuardOptions;
import inuse.run.guard.Refusal;
import inuse.run.guard.RefusedAddress;
import inuse.run.guard.RefusedId;
import inuse.run.guard.Unguarded;
import inuse.run.handover.Handover;
import inuse.run.handover.HandoverOptions;
import inuse.run.handover.HandoverProblem;
import inuse.run.handover.Readiness;
import inuse.run.handover.RefusedBind;
import inuse.run.handover.RefusedTarget;
import inuse.run.process.TaskRights;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Starts a program and stays with it. */
final class SupervisedRun {
  private final Session session;
  private final Request.Of request;
  private final Policy policy;
  private final FreeOptions options;
  private final Readiness readiness;
  private final Optional<Handover> handover;
  private final HelperProcess helpers;

  /** The file that would run. */
  private String program = "";

  private Optional<RefusalReport> report = Optional.empty();

  SupervisedRun(Session session, Request.Of request, Policy policy, FreeOptions options) {
    this.session = session;
    this.request = request;
    this.policy = policy;
    this.options = options;
    readiness = new OptionValues(request.given()).readiness();
    helpers = new HelperProcess(session.host(), session.terminal().environment());
    handover =
        request.has(Option.HANDOVER)
            ? Optional.of(new Handover(session.host(), options()))
            : Optional.empty();
  }

  /** The handover for sockets that are made for the program. */
  Optional<Handover> handover() {
    return handover;
  }

  boolean isWanted() {
    return isGuarded(request.given())
        || request.has(Option.HOLD)
        || request.has(Option.KEEP_DAEMONS)
        || request.has(Option.RESTART)
        || request.has(Option.NOTIFY);
  }

  static boolean isGuarded(Arguments.Given given) {
    return given.has(Option.REPORT)
        || given.has(Option.GUARD)
        || given.has(Option.GUARD_UDP)
        || given.has(Option.HANDOVER);
  }

  /**
   * Runs the program: its exit status, or a negated errno.
   *
   * @param sockets descriptors that it inherits
   */
  int run(CommandLine command, List<Integer> sockets) {
    program =
        request
            .newcomer()
            .startup()
            .map(IntendedCommand::program)
            .map(one -> one.bytes())
            .orElse(command.path());
    Optional<GuardOptions> guarding = Optional.empty();
    if (isGuarded(request.given())) {
      Optional<Unguarded> why = Unguarded.before(session.host(), program);
      why.ifPresent(this::unguarded);
      if (why.isEmpty()) {
        guarding =
            Optional.of(
                new GuardOptions(
                    request.has(Option.REUSEADDR),
                    request.has(Option.GUARD_UDP),
                    policy == Policy.FAIL,
                    this::startResolving));
      }
    }
    Optional<NotifySocket> manager =
        request.has(Option.NOTIFY)
            ? session
                .terminal()
                .environment("NOTIFY_SOCKET")
                .map(socket -> new NotifySocket(session.host(), socket))
            : Optional.empty();
    SupervisorOptions supervised =
        new SupervisorOptions(
            command.path(),
            command.words(),
            manager.isPresent() ? unnotified(command.environment()) : command.environment(),
            sockets,
            options.grace(),
            request.has(Option.KEEP_DAEMONS),
            new OptionValues(request.given()).restart(),
            guarding,
            handover,
            readiness,
            manager,
            new Witness());
    Optional<String> file = request.given().value(Option.REPORT);
    if (file.isEmpty()) {
      return new Supervisor(session.host(), supervised).run();
    }
    report = RefusalReport.open(session, file.get());
    if (report.isEmpty()) {
      notice(Option.REPORT.word() + ": " + shown(file.get()) + " cannot be written");
      return ExitCode.NOT_STARTED.number();
    }
    int status = new Supervisor(session.host(), supervised).run();
    report.get().end();
    return status;
  }

  /** The environment without NOTIFY_SOCKET: only inuse itself notifies systemd. */
  private static List<String> unnotified(List<String> environment) {
    return environment.stream().filter(one -> !one.startsWith("NOTIFY_SOCKET=")).toList();
  }

  /** Reports events to the user. */
  private final class Witness implements SupervisorOptions.Listener {
    @Override
    public void unguarded(Unguarded why) {
      SupervisedRun.this.unguarded(why);
    }

    @Override
    public void restarts(int status, Duration pause) {
      if (!request.has(Option.QUIET)) {
        say(
            "ended with status "
                + status
                + "; started again"
                + (pause.isZero() ? "" : " in " + pause.toMillis() + " ms"));
      }
    }
  }

  private HandoverOptions options() {
    return new HandoverOptions(
        readiness,
        options.timeout(),
        options.signal(),
        session.terminal().environment("XDG_RUNTIME_DIR"),
        this::startLending,
        new HandoverOptions.Listener() {
          @Override
          public void tookOver(int pid, int port) {
            verbose("listens on port " + port + " in the place of pid " + pid);
          }

          @Override
          public void retired(int pid) {
            verbose("is ready; pid " + pid + " makes way");
          }

          @Override
          public void cannot(HandoverProblem why) {
            if (!request.has(Option.QUIET)) {
              say(problem(why));
            }
          }
        });
  }

  private static String problem(HandoverProblem why) {
    return switch (why) {
      case HandoverProblem.OfAnotherUser(String path, long uid) ->
          "cannot be handed over: " + shown(path) + " belongs to uid " + uid;
      case HandoverProblem.OpenToOthers(String path, int permissions) ->
          "cannot be handed over: others may enter "
              + shown(path)
              + " (mode "
              + Integer.toOctalString(permissions)
              + ")";
      case HandoverProblem.Unusable(String path, String errno) ->
          "cannot be handed over: " + shown(path) + ": " + errno;
      case HandoverProblem.Stranger(String path) ->
          "does not take over what is offered in "
              + shown(path)
              + ": of another user or namespace, or hidden from us";
      case HandoverProblem.TooMany(int most) ->
          "has more listeners than " + most + ", and hands over no more";
    };
  }

  private static String shown(String path) {
    return Escape.text(ErrorReporter.latin1(path));
  }

  private void verbose(String what) {
    if (request.has(Option.VERBOSE)) {
      say(what);
    }
  }

  private void say(String what) {
    notice(shown(request.given().words().getFirst()) + " " + what);
  }

  private void notice(String message) {
    if (request.has(Option.JSON)) {
      session.terminal().printData(NoticeJson.of(Version.TEXT, message));
    } else {
      session.terminal().printError("inuse: " + message + "\n");
    }
  }

  private void unguarded(Unguarded why) {
    if (!request.has(Option.QUIET)) {
      notice(
          "going on without "
              + (request.has(Option.HANDOVER) ? Option.HANDOVER : Option.GUARD).word()
              + ": "
              + why(why));
    }
  }

  private String why(Unguarded why) {
    return switch (why) {
      case Unguarded.SetId gains -> program() + " is set-uid or set-gid, which it would lose";
      case Unguarded.FileCapabilities gains ->
          program() + " has file capabilities, which it would lose";
      case Unguarded.NoDuplicates(String errno) ->
          "pidfd_getfd: "
              + errno
              + " (in a container it takes --cap-add SYS_PTRACE, or a seccomp profile that"
              + " allows it)";
      case Unguarded.OtherSupervisor other ->
          "the program runs under another supervisor of its system calls already";
      case Unguarded.NoNotification old ->
          "this kernel has no seccomp user notification (Linux 5.9)";
      case Unguarded.Refused(String errno) -> "seccomp: " + errno;
    };
  }

  private String program() {
    return shown(program);
  }

  /** Starts inuse as a child to apply the policy, or to say who is there where it may not act. */
  private int startResolving(Refusal refusal, int binder) {
    return switch (refusal.address()) {
      case RefusedAddress.Askable(RefusedTarget place) ->
          helpers.resolve(
              helper(HelperCommand.Task.RESOLVE, applied(refusal, place), Option.TIMEOUT, place),
              binder,
              refusal.rights(),
              report.map(RefusalReport::forRow));
      case RefusedId taken -> {
        say(RefusedIdText.of(taken, taken.socket().flatMap(session.inuse()::holderOf)));
        yield 0;
      }
    };
  }

  /**
   * The policy as far as it can help: nobody's end brings an address, a right or an ephemeral port.
   */
  private Policy applied(Refusal refusal, RefusedTarget place) {
    boolean any = place.target() instanceof PortTarget target && target.port().isAny();
    return switch (refusal.reason()) {
      case IN_USE -> refusal.rights().apart() || any ? Policy.FAIL : policy;
      case NOT_LOCAL -> policy == Policy.WAIT ? Policy.WAIT : Policy.FAIL;
      case DENIED -> Policy.FAIL;
    };
  }

  /** Starts inuse as a child to lend the present holder's listener. */
  private int startLending(RefusedBind refused, TaskRights rights) {
    return !rights.apart() && (policy == Policy.REPLACE || policy == Policy.TAKE)
        ? helpers.lend(helper(HelperCommand.Task.LEND, policy, Option.SIGNAL, refused), rights)
        : -1;
  }

  private HelperCommand helper(
      HelperCommand.Task task, Policy applied, Option limit, RefusedTarget refused) {
    return new HelperCommand(
        task,
        applied.word(),
        refused,
        request.given().value(Option.GRACE),
        request.given().value(limit),
        request.has(Option.QUIET),
        request.has(Option.VERBOSE),
        request.has(Option.JSON),
        request.given().words());
  }
}

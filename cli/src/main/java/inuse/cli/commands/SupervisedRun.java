package inuse.cli.commands;

import static inuse.kernel.abi.Constants.AT_FDCWD;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.O_RDWR;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_SEQPACKET;
import static inuse.kernel.abi.Constants.S_ISGID;
import static inuse.kernel.abi.Constants.S_ISUID;

import inuse.cli.line.Arguments;
import inuse.cli.line.CommandLine;
import inuse.cli.line.ErrorReporter;
import inuse.cli.line.Option;
import inuse.cli.line.OptionValues;
import inuse.cli.line.Policy;
import inuse.cli.line.Request;
import inuse.core.ask.CallerLookup;
import inuse.core.evidence.IntendedCommand;
import inuse.core.fix.FreeOptions;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.render.Escape;
import inuse.run.HelperCommand;
import inuse.run.NotifySocket;
import inuse.run.Supervisor;
import inuse.run.SupervisorOptions;
import inuse.run.guard.GuardOptions;
import inuse.run.handover.Handover;
import inuse.run.handover.HandoverOptions;
import inuse.run.handover.Readiness;
import inuse.run.handover.RefusedBind;
import java.time.Duration;
import java.util.ArrayList;
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

  SupervisedRun(Session session, Request.Of request, Policy policy, FreeOptions options) {
    this.session = session;
    this.request = request;
    this.policy = policy;
    this.options = options;
    readiness = new OptionValues(request.given()).readiness();
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
        || request.has(Option.KEEP_DAEMONS)
        || request.has(Option.RESTART)
        || request.has(Option.NOTIFY);
  }

  static boolean isGuarded(Arguments.Given given) {
    return given.has(Option.GUARD) || given.has(Option.HANDOVER);
  }

  /**
   * Runs the program: its exit status, or a negated errno.
   *
   * @param sockets descriptors that it inherits
   */
  int run(CommandLine command, List<Integer> sockets) {
    Optional<GuardOptions> guarding = Optional.empty();
    if (isGuarded(request.given())) {
      Optional<String> why = whyNotGuarded(command.path());
      why.ifPresent(this::unguarded);
      if (why.isEmpty()) {
        guarding =
            Optional.of(
                new GuardOptions(
                    request.has(Option.REUSEADDR),
                    request.has(Option.GUARD_UDP),
                    policy == Policy.FAIL,
                    this::startMakingWay));
      }
    }
    Optional<NotifySocket> manager =
        request.has(Option.NOTIFY)
            ? session
                .terminal()
                .environment("NOTIFY_SOCKET")
                .map(socket -> new NotifySocket(session.host().calls(), socket))
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
    return new Supervisor(session.host(), supervised).run();
  }

  /** The environment without NOTIFY_SOCKET: only inuse itself notifies systemd. */
  private static List<String> unnotified(List<String> environment) {
    return environment.stream().filter(one -> !one.startsWith("NOTIFY_SOCKET=")).toList();
  }

  /** Reports events to the user. */
  private final class Witness implements SupervisorOptions.Listener {
    @Override
    public void unguarded(Errno why) {
      SupervisedRun.this.unguarded(why(why));
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
        });
  }

  private void verbose(String what) {
    if (request.has(Option.VERBOSE)) {
      say(what);
    }
  }

  private void say(String what) {
    String name = request.given().words().getFirst();
    session
        .terminal()
        .printError("inuse: " + Escape.text(ErrorReporter.latin1(name)) + " " + what + "\n");
  }

  private void unguarded(String why) {
    if (!request.has(Option.QUIET)) {
      session
          .terminal()
          .printError(
              "inuse: going on without "
                  + (request.has(Option.HANDOVER) ? Option.HANDOVER : Option.GUARD).word()
                  + ": "
                  + why
                  + "\n");
    }
  }

  private static String why(Errno errno) {
    if (errno.equals(Errno.EBUSY)) {
      return "the program runs under another supervisor of its system calls already";
    }
    return errno.isOneOf(Errno.ENOSYS, Errno.EINVAL)
        ? "this kernel has no seccomp user notification (Linux 5.9)"
        : "seccomp: " + errno;
  }

  /**
   * Why the program cannot be guarded. An unprivileged filter requires no_new_privs, which would
   * break a program that gains privileges.
   */
  private Optional<String> whyNotGuarded(String path) {
    String program =
        request
            .newcomer()
            .startup()
            .map(IntendedCommand::program)
            .map(one -> one.bytes())
            .orElse(path);
    boolean gains =
        FileStatus.follow(session.host().calls(), Bytes.of(program))
                instanceof CallResult.Ok<FileStatus>(FileStatus file)
            && (file.mode() & (S_ISUID | S_ISGID)) != 0;
    boolean capable =
        session.host().calls().getAttribute(Bytes.of(program), Bytes.of("security.capability")) > 0;
    if ((gains || capable) && session.host().calls().getEffectiveUid() != 0) {
      return Optional.of(
          Escape.text(ErrorReporter.latin1(program))
              + (gains ? " is set-uid or set-gid" : " has file capabilities")
              + ", which it would lose");
    }
    int self = session.host().calls().pidfdOpen(session.host().calls().getPid(), 0);
    int copy = self < 0 ? self : session.host().calls().pidfdGetFd(self, self);
    session.host().calls().close(copy);
    session.host().calls().close(self);
    return copy < 0
        ? Optional.of(
            "pidfd_getfd: "
                + Errno.of(copy)
                + " (in a container it takes --cap-add SYS_PTRACE, or a seccomp profile that"
                + " allows it)")
        : Optional.empty();
  }

  /** Starts inuse as a child to resolve a conflict, with the address and the run that it is for. */
  private int startMakingWay(RefusedBind refused) {
    int nothing = session.host().calls().open(AT_FDCWD, Bytes.of("/dev/null"), O_RDWR | O_CLOEXEC);
    int pid = start(HelperCommand.Task.RESOLVE, Option.TIMEOUT, refused, nothing);
    session.host().calls().close(nothing);
    return pid;
  }

  /** Starts inuse as a child to lend the present holder's listener. */
  private int startLending(RefusedBind refused) {
    int[] ends = new int[2];
    boolean may = policy == Policy.REPLACE || policy == Policy.TAKE;
    if (!may || session.host().calls().socketPair(ends, SOCK_SEQPACKET | SOCK_CLOEXEC) < 0) {
      return -1;
    }
    start(HelperCommand.Task.LEND, Option.SIGNAL, refused, ends[1]);
    session.host().calls().close(ends[1]);
    return ends[0];
  }

  private int start(HelperCommand.Task task, Option limit, RefusedBind refused, int input) {
    HelperCommand helper =
        new HelperCommand(
            task,
            policy.word(),
            refused,
            request.given().value(Option.GRACE),
            request.given().value(limit),
            request.has(Option.QUIET),
            request.has(Option.VERBOSE),
            request.given().words());
    List<String> variables = new ArrayList<>(session.terminal().environment());
    variables.add(CallerLookup.SUPERVISOR + "=" + session.host().calls().getPid());
    int errors = session.host().calls().fileControl(2, F_DUPFD_CLOEXEC, 3);
    int pid =
        session
            .host()
            .calls()
            .spawn(
                Bytes.of("/proc/self/exe"),
                Bytes.each(helper.words()),
                Bytes.each(variables),
                input,
                errors,
                errors);
    session.host().calls().close(errors);
    return pid;
  }
}

package inuse.run;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.PR_SET_CHILD_SUBREAPER;
import static inuse.kernel.abi.Constants.SIGCHLD;
import static inuse.kernel.abi.Constants.SIGCONT;
import static inuse.kernel.abi.Constants.SIGINT;
import static inuse.kernel.abi.Constants.SIGKILL;
import static inuse.kernel.abi.Constants.SIGQUIT;
import static inuse.kernel.abi.Constants.SIGSTOP;
import static inuse.kernel.abi.Constants.SIGTERM;
import static inuse.kernel.abi.Constants.SI_KERNEL;
import static inuse.kernel.abi.Constants.WEXITED;
import static inuse.kernel.abi.Constants.WNOHANG;
import static inuse.kernel.abi.Constants.WSTOPPED;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.ChildChange;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.run.guard.BindGuard;
import inuse.run.guard.Unguarded;
import inuse.run.handover.Handover;
import inuse.run.process.PollHandler;
import inuse.run.process.ProcessTree;
import inuse.run.process.TreeShutdown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Starts a program and stays: hands its signals on, takes in its dead, looks at its binds, and when
 * it ends stops whatever it has left behind. On a terminal it is as if only the program were there.
 */
public final class Supervisor {
  /*
   * The loop. One thread waits in one ppoll(2) for everything, so that nothing needs a lock and no
   * signal handler runs any code:
   *
   *   signalfd                every signal that can be kept from ending this process
   *   seccomp listeners       one for each run that is guarded: the program's bind, listen, shutdown
   *   handover names          a successor calls (HandoverServer)
   *   handover lines          a successor, or a predecessor, says something or is gone
   *   a time                  readiness, a timeout, a pause before a restart, or a look at what is
   *                           being stopped; a day where nothing is due
   *
   * After each wakeup the handlers of what is ready run, then all ended children are reaped, then what
   * depends on the time is looked at. A child is reaped here and nowhere else: this process is the
   * subreaper of all that the program leaves behind, and a conflict process is a child like any other,
   * whose end lets the calls go on that wait for it. No step of the loop may block. What can take
   * long, as applying a policy does, happens in another process.
   *
   * A run of the program is over when the program has ended and so has everything below it. What is
   * left gets SIGTERM, after the grace SIGKILL, and five seconds later is given up. With --keep-daemons
   * it is waited for instead. A restart begins only after that, or at once where daemons are kept.
   *
   * Who owns which descriptor:
   *
   *   signalfd                here, until the process exits
   *   pidfd of the program    SupervisedProgram; closed when the next run takes its place
   *   seccomp listener        opened by launch; closed here once it hangs up. It can outlive its run,
   *                           for as long as a daemon of that run lives under the filter
   *   sockets of --listen     opened before this class exists and never closed: that they stay open
   *                           between two runs is what makes a restart lose no connection
   *   names, lines, copies    Handover and the two ends of its protocol
   *   copies of a program's   BindGuard; each is closed before the call is answered or kept waiting
   *   sockets
   */

  /** sizeof(struct signalfd_siginfo). */
  private static final int SIGNAL_BYTES = 128;

  private static final int SIGNAL_CODE_AT = 8;

  /** The last signal (SIGRTMAX). */
  private static final int LAST_SIGNAL = 64;

  /** Signals of our own faults, which must not be blocked (signal(7)). */
  private static final Set<Integer> FAULTS = Set.of(4, 5, 6, 7, 8, 11, 31);

  /** Interval of checks while the tree is being stopped: children may still appear. */
  private static final Duration STOPPING_LOOK = Duration.ofMillis(50);

  /**
   * Calls between garbage collections. The executable collects only when the whole heap has been
   * written to, which would make a small supervisor a large one.
   */
  private static final int SERVED_BETWEEN_COLLECTIONS = 256;

  private static final long FOR_EVER = Duration.ofDays(1).toNanos();

  private final Host host;
  private final SystemCalls calls;
  private final SupervisorOptions options;
  private final ProcessTree tree;
  private final List<BindGuard> guards = new ArrayList<>();
  private final BackOff backOff = new BackOff();
  private SupervisedProgram program;
  private TreeShutdown shutdown;
  private long startedAt;
  private boolean ending;
  private boolean childless;
  private int served;

  public Supervisor(Host host, SupervisorOptions options) {
    this.host = host;
    calls = host.calls();
    this.options = options;
    tree = new ProcessTree(host);
    program = new SupervisedProgram(calls, options);
    shutdown = new TreeShutdown(calls, tree, options.grace());
    options.handover().ifPresent(handover -> handover.serve(tree, this::retire));
  }

  /**
   * Runs the program to its end.
   *
   * @return its exit status, 128 plus the number of the signal that ended it, or a negated errno
   *     where it could not be started; ETIMEDOUT where it was not ready in time to take its
   *     predecessor's place
   */
  public int run() {
    int signals = calls.signalDescriptor(signals());
    if (signals < 0) {
      return signals;
    }
    calls.control(PR_SET_CHILD_SUBREAPER, 1);
    int started = start();
    if (started < 0) {
      return started;
    }
    do {
      while (!isOver()) {
        await(signals, FOR_EVER);
        stopWhatIsLeft();
      }
    } while (isStartedAgain(signals));
    return options.handover().filter(Handover::isLate).isPresent()
        ? -Errno.ETIMEDOUT.code()
        : status();
  }

  private int status() {
    return program.status().orElse(0);
  }

  private boolean isOver() {
    return program.status().isPresent()
        && (childless || shutdown.isTimeToLeave() || (options.keepDaemons() && isRestartWanted()));
  }

  private boolean isRestartWanted() {
    return !ending && options.restart().isAfter(status());
  }

  private int start() {
    int started = program.start();
    startedAt = now();
    if (started < 0) {
      return started;
    }
    options.readiness().started(startedAt, program.listener() >= 0);
    if (options.guarded().isPresent() && program.listener() < 0) {
      options.listener().unguarded(Unguarded.of(Errno.of(program.listener())));
    } else if (options.guarded().isPresent()) {
      guards.add(
          new BindGuard(
              host,
              program.listener(),
              options.guarded().get(),
              options.handover(),
              options.readiness()::listened));
    }
    options.handover().ifPresent(Handover::started);
    return started;
  }

  /**
   * Restarts the program after a delay, if wanted. Sockets that were made for it stay open
   * meanwhile: clients wait.
   */
  private boolean isStartedAgain(int signals) {
    if (!isRestartWanted()) {
      return false;
    }
    Duration pause = backOff.after(now() - startedAt);
    options.listener().restarts(status(), pause);
    long at = now() + pause.toNanos();
    while (!ending && now() < at) {
      await(signals, at - now());
    }
    if (ending) {
      return false;
    }
    tree.forget();
    program.close();
    program = new SupervisedProgram(calls, options);
    shutdown = new TreeShutdown(calls, tree, options.grace());
    if (start() < 0) {
      program.failed();
    }
    return true;
  }

  private long now() {
    return calls.clockNanos(CLOCK_MONOTONIC);
  }

  private static int[] signals() {
    return IntStream.rangeClosed(1, LAST_SIGNAL)
        .filter(one -> one != SIGKILL && one != SIGSTOP && !FAULTS.contains(one))
        .toArray();
  }

  private void await(int signals, long nanos) {
    List<PollHandler> watched = new ArrayList<>();
    watched.add(new Signals(signals));
    watched.addAll(guards);
    options.handover().map(Handover::watched).ifPresent(watched::addAll);
    PollHandler.await(calls, watched, Math.min(nanos, untilDue()));
    reap();
    look();
    if (++served % SERVED_BETWEEN_COLLECTIONS == 0) {
      System.gc();
    }
  }

  private long untilDue() {
    long looking = shutdown.isBegun() ? STOPPING_LOOK.toNanos() : FOR_EVER;
    long ready = untilReady();
    long due = options.handover().map(Handover::dueIn).orElse(FOR_EVER);
    return Math.max(0, Math.min(looking, Math.min(ready, due)));
  }

  private long untilReady() {
    return options
        .manager()
        .filter(NotifySocket::waits)
        .map(one -> Math.max(options.readiness().nanosUntil(now()), one.retryAt() - now()))
        .orElse(FOR_EVER);
  }

  private void look() {
    guards.stream().filter(BindGuard::isOver).forEach(guard -> calls.close(guard.fd()));
    guards.removeIf(BindGuard::isOver);
    if (options.readiness().isReady(now())) {
      options.manager().ifPresent(NotifySocket::ready);
    }
    options.handover().ifPresent(Handover::look);
    if (options.handover().filter(Handover::isLate).isPresent() && !shutdown.isBegun()) {
      program.signal(SIGTERM);
      end();
      shutdown.begin();
    }
  }

  /** Ends the program, whose successor is ready. */
  private void retire(int signal) {
    program.signal(signal);
    program.signal(SIGCONT);
    end();
    shutdown.begin();
  }

  private void end() {
    ending = true;
    options.manager().ifPresent(NotifySocket::stopping);
  }

  /** Signals that are sent to this process. */
  private final class Signals implements PollHandler {
    private final int fd;

    Signals(int fd) {
      this.fd = fd;
    }

    @Override
    public int fd() {
      return fd;
    }

    @Override
    public void ready(int events) {
      byte[] signal = new byte[SIGNAL_BYTES];
      while (calls.read(fd, signal) == SIGNAL_BYTES) {
        heard(Bytes.getInt(signal, 0), Bytes.getInt(signal, SIGNAL_CODE_AT));
      }
    }
  }

  private void heard(int signal, int code) {
    if (signal == SIGCHLD) {
      return;
    }
    boolean running = program.status().isEmpty();
    // A signal from the terminal has reached the program as well.
    if (code != SI_KERNEL && running) {
      program.signal(signal);
    }
    if (signal == SIGTERM || signal == SIGINT || signal == SIGQUIT) {
      end();
      guards.forEach(BindGuard::giveUp);
      if (!running) {
        shutdown.begin();
      }
    }
  }

  private void reap() {
    byte[] siginfo = new byte[ChildChange.BYTES];
    while (true) {
      childless = calls.waitForAny(siginfo, WNOHANG | WEXITED | WSTOPPED) < 0;
      Optional<ChildChange> change = childless ? Optional.empty() : ChildChange.of(siginfo);
      if (change.isEmpty()) {
        return;
      }
      if (program.is(change.get().pid())) {
        program.changed(change.get());
        options
            .handover()
            .filter(one -> program.status().isPresent() && !isRestartWanted())
            .ifPresent(Handover::ended);
      } else {
        guards.forEach(guard -> guard.ended(change.get().pid()));
      }
    }
  }

  private void stopWhatIsLeft() {
    if (childless) {
      return;
    }
    boolean ended = program.status().isPresent();
    if (ended && !options.keepDaemons()) {
      shutdown.begin();
    }
    if (shutdown.isBegun() && (ended || shutdown.isGraceOver())) {
      shutdown.signal();
    }
  }
}

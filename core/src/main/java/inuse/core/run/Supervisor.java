package inuse.core.run;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.POLLIN;
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

import inuse.kernel.Bytes;
import inuse.kernel.ChildChange;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.seccomp.BindFilter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Starts a program and stays: hands its signals on, takes in its dead, looks at its binds, and when
 * it ends stops whatever it has left behind. On a terminal it is as if only the program were there.
 */
public final class Supervisor {
  /** sizeof(struct signalfd_siginfo). */
  private static final int SIGNAL_BYTES = 128;

  private static final int SIGNAL_CODE_AT = 8;

  /** The last signal (SIGRTMAX). */
  private static final int LAST_SIGNAL = 64;

  /** Signals that a fault of our own makes, which must not be held back (signal(7)). */
  private static final Set<Integer> FAULTS = Set.of(4, 5, 6, 7, 8, 11, 31);

  /** While others are being stopped their children may yet come up. */
  private static final Duration STOPPING_LOOK = Duration.ofMillis(50);

  /** What sleeps uninterruptibly after SIGKILL is not waited for longer. */
  private static final Duration AFTER_KILL = Duration.ofSeconds(5);

  /**
   * The executable collects its garbage only when the whole heap has been written to, which would
   * make a small supervisor a large one.
   */
  private static final int SERVED_BETWEEN_COLLECTIONS = 256;

  private static final long FOR_EVER = Duration.ofDays(1).toNanos();

  private final SystemCalls calls;
  private final Proc proc;
  private final Orders orders;
  private final Family family;
  private Optional<BindGuard> guard = Optional.empty();
  private OptionalInt status = OptionalInt.empty();
  private int main;
  private int mainPidfd;
  private boolean childless;
  private int served;
  private long killAt = Long.MAX_VALUE;
  private long leaveAt = Long.MAX_VALUE;

  /**
   * What is to be done.
   *
   * @param path of the program
   * @param arguments with its name first, each one char for each byte
   * @param grace between SIGTERM and SIGKILL for what is left when the program has ended
   * @param keepDaemons whether what is left is waited for instead
   * @param guarded whether its binds are looked at, and what is done about those that are refused
   * @param unguarded told why they are not looked at, where that is not possible
   */
  public record Orders(
      String path,
      List<String> arguments,
      List<String> environment,
      Duration grace,
      boolean keepDaemons,
      Optional<Guarding> guarded,
      Unguarded unguarded) {
    public Orders {
      arguments = List.copyOf(arguments);
      environment = List.copyOf(environment);
    }
  }

  /** Hears why no bind can be looked at. */
  public interface Unguarded {
    void because(Errno why);
  }

  public Supervisor(SystemCalls calls, Proc proc, Orders orders) {
    this.calls = calls;
    this.proc = proc;
    this.orders = orders;
    family = new Family(calls, proc);
  }

  /**
   * Runs the program to its end.
   *
   * @return its exit status, 128 and the number of the signal that ended it, or a negated errno
   *     where it could not be started
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
    while (status.isEmpty() || !(childless || isTimeToLeave())) {
      await(signals);
      reap();
      stopWhatIsLeft();
    }
    return status.getAsInt();
  }

  private int start() {
    boolean wanted = orders.guarded().isPresent();
    byte[] filter = wanted ? BindFilter.of(calls.architecture()) : new byte[0];
    int[] listener = {-Errno.ENOSYS.code()};
    main =
        calls.launch(
            Bytes.of(orders.path()),
            Bytes.each(orders.arguments()),
            Bytes.each(orders.environment()),
            new int[0],
            orders.environment().stream().anyMatch(this::isOurListenPid),
            filter,
            listener);
    if (main < 0) {
      return main;
    }
    mainPidfd = calls.pidfdOpen(main, 0);
    if (wanted && listener[0] < 0) {
      orders.unguarded().because(Errno.of(listener[0]));
    } else if (wanted) {
      guard = Optional.of(new BindGuard(calls, proc, listener[0], orders.guarded().get()));
    }
    return main;
  }

  /** Sockets that a service manager passed to us are the program's. */
  private boolean isOurListenPid(String variable) {
    return variable.equals("LISTEN_PID=" + calls.getPid());
  }

  private static int[] signals() {
    return IntStream.rangeClosed(1, LAST_SIGNAL)
        .filter(one -> one != SIGKILL && one != SIGSTOP && !FAULTS.contains(one))
        .toArray();
  }

  private void await(int signals) {
    int[] fds = guard.isPresent() ? new int[] {signals, guard.get().fd()} : new int[] {signals};
    int[] events = new int[fds.length];
    calls.awaitInputs(fds, events, untilNext());
    if (fds.length > 1 && (events[1] & POLLIN) != 0) {
      guard.orElseThrow().serve();
      if (++served % SERVED_BETWEEN_COLLECTIONS == 0) {
        System.gc();
      }
    } else if (fds.length > 1 && events[1] != 0) {
      // Nobody runs under the filter any more.
      calls.close(guard.orElseThrow().fd());
      guard = Optional.empty();
    }
    if (events[0] != 0) {
      byte[] signal = new byte[SIGNAL_BYTES];
      while (calls.read(signals, signal) == SIGNAL_BYTES) {
        heard(Bytes.getInt(signal, 0), Bytes.getInt(signal, SIGNAL_CODE_AT));
      }
    }
  }

  private long untilNext() {
    return killAt == Long.MAX_VALUE ? FOR_EVER : STOPPING_LOOK.toNanos();
  }

  private void heard(int signal, int code) {
    if (signal == SIGCHLD) {
      return;
    }
    // What the terminal sends has reached the program as it has reached us.
    if (code != SI_KERNEL && status.isEmpty()) {
      calls.pidfdSendSignal(mainPidfd, signal);
    }
    if (signal == SIGTERM || signal == SIGINT || signal == SIGQUIT) {
      guard.ifPresent(one -> one.giveUp().forEach(pid -> send(pid, SIGTERM)));
      if (status.isPresent()) {
        stop();
      }
    }
  }

  /** To ourselves or to a child that has not been waited for: their pids are nobody else's. */
  private void send(int pid, int signal) {
    int pidfd = calls.pidfdOpen(pid, 0);
    calls.pidfdSendSignal(pidfd, signal);
    calls.close(pidfd);
  }

  private void reap() {
    byte[] siginfo = new byte[ChildChange.BYTES];
    while (true) {
      childless = calls.waitForAny(siginfo, WNOHANG | WEXITED | WSTOPPED) < 0;
      Optional<ChildChange> change = childless ? Optional.empty() : ChildChange.of(siginfo);
      if (change.isEmpty()) {
        return;
      }
      take(change.get());
    }
  }

  private void take(ChildChange change) {
    if (change.pid() == main && change.isStopped()) {
      stopped(change.value());
    } else if (change.pid() == main) {
      status = OptionalInt.of(change.hasExited() ? change.value() : 128 + change.value());
    } else if (guard.isPresent()) {
      guard.get().ended(change.pid());
    }
  }

  /** Whoever waits for us shall see that the program is stopped, and wake both. */
  private void stopped(int signal) {
    if (signal == SIGSTOP) {
      return;
    }
    send(calls.getPid(), SIGSTOP);
    calls.pidfdSendSignal(mainPidfd, SIGCONT);
  }

  private void stopWhatIsLeft() {
    if (status.isEmpty() || childless) {
      return;
    }
    if (!orders.keepDaemons()) {
      stop();
    }
    if (killAt == Long.MAX_VALUE) {
      return;
    }
    if (leaveAt == Long.MAX_VALUE && now() >= killAt) {
      family.forget();
      leaveAt = now() + AFTER_KILL.toNanos();
    }
    family.signal(leaveAt == Long.MAX_VALUE ? SIGTERM : SIGKILL);
  }

  private void stop() {
    if (killAt == Long.MAX_VALUE) {
      killAt = now() + orders.grace().toNanos();
    }
  }

  private boolean isTimeToLeave() {
    return now() >= leaveAt;
  }

  private long now() {
    return calls.clockNanos(CLOCK_MONOTONIC);
  }
}

package inuse.core.run;

import static inuse.kernel.abi.Constants.PR_SET_CHILD_SUBREAPER;
import static inuse.kernel.abi.Constants.SIGCHLD;
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
  /** sizeof(struct signalfd_siginfo). */
  private static final int SIGNAL_BYTES = 128;

  private static final int SIGNAL_CODE_AT = 8;

  /** The last signal (SIGRTMAX). */
  private static final int LAST_SIGNAL = 64;

  /** Signals that a fault of our own makes, which must not be held back (signal(7)). */
  private static final Set<Integer> FAULTS = Set.of(4, 5, 6, 7, 8, 11, 31);

  /** While others are being stopped their children may yet come up. */
  private static final Duration STOPPING_LOOK = Duration.ofMillis(50);

  /**
   * The executable collects its garbage only when the whole heap has been written to, which would
   * make a small supervisor a large one.
   */
  private static final int SERVED_BETWEEN_COLLECTIONS = 256;

  private static final long FOR_EVER = Duration.ofDays(1).toNanos();

  private final SystemCalls calls;
  private final Orders orders;
  private final Program program;
  private final Leftovers leftovers;
  private final Proc proc;
  private Optional<BindGuard> guard = Optional.empty();
  private boolean childless;
  private int served;

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
    program = new Program(calls, orders);
    leftovers = new Leftovers(calls, new Family(calls, proc), orders.grace());
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
    while (program.status().isEmpty() || !(childless || leftovers.isTimeToLeave())) {
      await(signals);
      reap();
      stopWhatIsLeft();
    }
    return program.status().getAsInt();
  }

  private int start() {
    int started = program.start();
    if (started < 0 || orders.guarded().isEmpty()) {
      return started;
    }
    if (program.listener() < 0) {
      orders.unguarded().because(Errno.of(program.listener()));
    } else {
      guard = Optional.of(new BindGuard(calls, proc, program.listener(), orders.guarded().get()));
    }
    return started;
  }

  private static int[] signals() {
    return IntStream.rangeClosed(1, LAST_SIGNAL)
        .filter(one -> one != SIGKILL && one != SIGSTOP && !FAULTS.contains(one))
        .toArray();
  }

  private void await(int signals) {
    List<Watched> watched = new ArrayList<>();
    watched.add(new Signals(signals));
    guard.ifPresent(watched::add);
    int[] fds = watched.stream().mapToInt(Watched::fd).toArray();
    int[] events = new int[fds.length];
    calls.awaitInputs(fds, events, leftovers.isBegun() ? STOPPING_LOOK.toNanos() : FOR_EVER);
    for (int i = 0; i < fds.length; i++) {
      if (events[i] != 0) {
        watched.get(i).ready(events[i]);
      }
    }
    if (guard.filter(BindGuard::isOver).isPresent()) {
      calls.close(guard.get().fd());
      guard = Optional.empty();
    }
    if (++served % SERVED_BETWEEN_COLLECTIONS == 0) {
      System.gc();
    }
  }

  /** What is sent to this process. */
  private final class Signals implements Watched {
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
    // What the terminal sends has reached the program as it has reached us.
    if (code != SI_KERNEL && running) {
      program.signal(signal);
    }
    if (signal == SIGTERM || signal == SIGINT || signal == SIGQUIT) {
      guard.ifPresent(BindGuard::giveUp);
      if (!running) {
        leftovers.begin();
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
      } else if (guard.isPresent()) {
        guard.get().ended(change.get().pid());
      }
    }
  }

  private void stopWhatIsLeft() {
    if (program.status().isEmpty() || childless) {
      return;
    }
    if (!orders.keepDaemons()) {
      leftovers.begin();
    }
    if (leftovers.isBegun()) {
      leftovers.signal();
    }
  }
}

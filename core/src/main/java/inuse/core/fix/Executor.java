package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Remedy;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Carries out the steps of a plan that was agreed to, and accepts only a real bind as proof. What
 * it turns out to take beyond that is not done but reported.
 */
public final class Executor {
  /** How often a new plan is made because further processes turned out to share the sockets. */
  private static final int MAX_ROUNDS = 6;

  /**
   * From this round on processes are killed at once: a process that forks on SIGTERM would do so
   * again.
   */
  private static final int KILLING_ROUND = 3;

  /** How long a killed process may take to end: longer only in uninterruptible sleep. */
  private static final Duration KILLED = Duration.ofSeconds(5);

  /** Interval of checks whether a freed address was taken again. */
  private static final Duration GLANCE = Duration.ofMillis(20);

  /** A look at all sockets, which takes longer than one at the listeners, every so many times. */
  private static final int WHOLE_LOOK = 5;

  /** Added to the kernel's timers, which are coarse. */
  private static final Duration TIMER_SLACK = Duration.ofSeconds(5);

  /** For sockets that the kernel removes with a delay. */
  private static final Duration LINGERING = Duration.ofSeconds(2);

  /** From the release of a dying process's sockets to its end. */
  private static final Duration DYING = Duration.ofMillis(50);

  /** For sockets whose timer is not reported: about as long as an orphan is retried (tcp(7)). */
  private static final Duration UNTOLD = Duration.ofMinutes(2);

  private final Effects effects;
  private final AddressMonitor monitor;
  private final FreeOptions options;
  private final BiFunction<Diagnosis, Set<ProcessIdentity>, Plan> planner;
  private final Waiter.Progress progress;
  private final ActionLog acts;
  private final KnownSockets known = new KnownSockets();
  private final Set<ProcessIdentity> signalled;
  private final RunClock clock;
  private Signal signal;
  private boolean forced;

  /**
   * An executor for one target.
   *
   * @param planner plans anew, given the processes that were sent a signal so far
   * @param signalled processes that were sent a signal before in the same run
   * @param audit receives every act
   */
  public Executor(
      Effects effects,
      AddressMonitor monitor,
      FreeOptions options,
      BiFunction<Diagnosis, Set<ProcessIdentity>, Plan> planner,
      Set<ProcessIdentity> signalled,
      Waiter.Progress progress,
      Consumer<Report.Action> audit) {
    this.effects = effects;
    this.monitor = monitor;
    this.options = options;
    this.planner = planner;
    this.signalled = new LinkedHashSet<>(signalled);
    this.progress = progress;
    acts = new ActionLog(effects, audit);
    signal = options.signal();
    clock = new RunClock(effects, options.timeout());
  }

  /**
   * Carries out what was agreed to, and makes a new plan while the same sockets turn out to have
   * more holders that the consent covers.
   */
  public Report run(Diagnosis first, Consent consent) {
    Diagnosis diagnosis = first;
    Plan.Steps plan = consent.plan();
    for (int round = 1; ; round++) {
      known.remember(diagnosis.snapshot());
      plan.steps().forEach(step -> take(step, consent));
      AddressMonitor.Proof proof = monitor.proof();
      if (proof.isFree()) {
        return settle(proof, freed());
      }
      if (clock.isInterruptedNow() || clock.isOver()) {
        return failed(clock.isOver() ? Outcome.TIMED_OUT : Outcome.STILL_HELD, monitor.diagnose());
      }
      diagnosis = SteadyLook.of(monitor::diagnose, () -> clock.pause(SteadyLook.MOMENT));
      if (clock.isInterruptedNow()) {
        return failed(Outcome.STILL_HELD, diagnosis);
      }
      if (known.isSomebodyNew(diagnosis.snapshot())) {
        return failed(Outcome.RESPAWNED, diagnosis);
      }
      signal = round + 1 >= KILLING_ROUND && options.kill() ? Signal.KILL : options.signal();
      Plan next = planner.apply(diagnosis, signalled);
      if (consent.leaves(next)) {
        if (lingers()) {
          return settle(monitor.proof(), freed());
        }
        // On its way from one process to another a socket is nobody's.
        Diagnosis later = monitor.diagnose();
        if (!SteadyLook.areSame(diagnosis, later) && !known.isSomebodyNew(later.snapshot())) {
          diagnosis = later;
          next = planner.apply(later, signalled);
        }
      }
      switch (next) {
        case Plan.Nothing nothing -> {
          AddressMonitor.Proof again = monitor.proof();
          return again.isFree()
              ? settle(again, freed())
              : failed(Outcome.STILL_HELD, monitor.diagnose());
        }
        case Plan.Refused refused -> {
          return failed(Outcome.STILL_HELD, diagnosis, Optional.of(refused));
        }
        case Plan.Denied denied -> {
          return failed(failure(), diagnosis, Optional.of(denied));
        }
        case Plan.Steps more when !consent.covers(more) -> {
          return failed(Outcome.STILL_HELD, diagnosis, Optional.of(more));
        }
        case Plan.Steps more -> {
          if (round == MAX_ROUNDS || more.equals(plan)) {
            return failed(failure(), diagnosis);
          }
          plan = more;
        }
      }
    }
  }

  /** Watches an address that nothing held: between two starts of a server it only seems free. */
  public Report watch() {
    AddressMonitor.Proof proof = monitor.proof();
    return proof.isFree()
        ? settle(proof, Outcome.ALREADY_FREE)
        : failed(Outcome.RESPAWNED, monitor.diagnose());
  }

  private Outcome freed() {
    return forced ? Outcome.FORCED : Outcome.FREED;
  }

  private Outcome failure() {
    return acts.areDenied() ? Outcome.DENIED : Outcome.STILL_HELD;
  }

  /**
   * Waits for sockets that the kernel removes only after their last process has gone: those of an
   * io_uring, and those in flight through a unix socket. Whether the address becomes free so.
   */
  private boolean lingers() {
    Waiter.End end =
        new Waiter(effects, monitor, Waiter.Progress.SILENT).until(clock.after(LINGERING));
    return clock.ended(end) == Waiter.End.FREE;
  }

  /** Carries out a step, unless the address is already free. */
  private void take(Step step, Consent consent) {
    if (clock.isInterruptedNow()
        || clock.isOver()
        || (!acts.all().isEmpty() && monitor.proof().isFree())) {
      return;
    }
    switch (step) {
      case Step.Command(Remedy remedy) -> acts.add(remedy.id(), ran(remedy));
      case Step.StopContainer(var container, Remedy remedy) -> {
        Effects.Result result = effects.stop(container, options.grace());
        acts.add(
            remedy.id(),
            result == Effects.Result.UNAVAILABLE
                ? ran(remedy)
                : new Effects.Ran(result, new Untrusted("")));
      }
      case Step.EndProcesses(List<Victim> victims, List<Victim> workers) ->
          end(agreed(victims, consent), agreed(workers, consent));
      case Step.DestroySockets(List<BoundSocket> sockets) ->
          sockets.forEach(one -> acts.add(Remedy.Id.DESTROY_SOCKET, effects.destroy(one)));
      case Step.Wait wait -> await(wait.atMost());
      case Step.RemoveFile(var file) -> {
        Effects.Result removed = effects.remove(file);
        // A file that is served still, or gone already, is no act.
        if (removed != Effects.Result.RELEASED) {
          acts.add(Remedy.Id.REMOVE_SOCKET_FILE, removed);
        }
      }
    }
  }

  private Effects.Ran ran(Remedy remedy) {
    return effects.run(remedy.command().words(), clock.most(options.grace().plus(KILLED)));
  }

  private static List<Consent.Agreed> agreed(List<Victim> victims, Consent consent) {
    return victims.stream().flatMap(one -> consent.agreed(one).stream()).toList();
  }

  /** Holds those that are still the same, for a signal. */
  private Set<Victim> held(List<Consent.Agreed> agreed) {
    Set<Victim> alive = new LinkedHashSet<>();
    for (Consent.Agreed one : agreed) {
      Effects.Result result = effects.hold(one);
      if (result == Effects.Result.DONE) {
        alive.add(one.victim());
      } else {
        acts.add(one.victim(), Optional.empty(), result);
      }
    }
    return alive;
  }

  private void end(List<Consent.Agreed> agreed, List<Consent.Agreed> workers) {
    Set<Victim> alive = held(agreed);
    send(alive, signal);
    alive.stream()
        .filter(Victim::stopped)
        .forEach(victim -> note(victim, effects.signal(victim, Signal.CONT)));
    awaitEnd(alive, signal, options.grace());
    Signal last = signal;
    boolean survived =
        !alive.isEmpty() && !clock.isInterrupted() && !clock.isOver() && !monitor.proof().isFree();
    if (survived && options.kill() && !signal.equals(Signal.KILL)) {
      last = Signal.KILL;
      alive.addAll(held(workers));
      send(alive, Signal.KILL);
      awaitEnd(alive, Signal.KILL, KILLED);
    }
    Effects.Result left =
        monitor.proof().isFree() ? Effects.Result.RELEASED : Effects.Result.SURVIVED;
    for (Victim victim : alive) {
      acts.add(victim, Optional.of(last), left);
    }
  }

  /** Reports only a failure to resume: the signal is reported with its outcome. */
  private void note(Victim victim, Effects.Result resumed) {
    if (resumed != Effects.Result.DONE) {
      acts.add(victim, Optional.of(Signal.CONT), resumed);
    }
  }

  /** Sends the signal to all before waiting for any: some take others down with them. */
  private void send(Set<Victim> alive, Signal sent) {
    forced |= sent.equals(Signal.KILL) && !alive.isEmpty();
    for (Victim victim : List.copyOf(alive)) {
      Effects.Result result = effects.signal(victim, sent);
      if (result == Effects.Result.DONE) {
        signalled.add(victim.identity());
      } else {
        alive.remove(victim);
        acts.add(victim, Optional.of(sent), result);
      }
    }
  }

  /** Waits until all have ended or released the address, at most that long. */
  private void awaitEnd(Set<Victim> alive, Signal sent, Duration most) {
    long end = clock.after(most);
    boolean free = false;
    while (!alive.isEmpty()) {
      for (Victim victim : effects.ended()) {
        if (alive.remove(victim)) {
          acts.add(victim, Optional.of(sent), Effects.Result.EXITED);
        }
      }
      long left = end - effects.nowMillis();
      if (alive.isEmpty() || left <= 0 || clock.isInterrupted()) {
        return;
      }
      if (!free && monitor.proof().isFree()) {
        free = true;
        end = Math.min(end, effects.nowMillis() + DYING.toMillis());
        left = Math.min(left, DYING.toMillis());
      }
      clock.await(Duration.ofMillis(left));
    }
  }

  private void await(Optional<Duration> atMost) {
    Duration most = atMost.map(TIMER_SLACK::plus).orElse(UNTOLD);
    Waiter.End end =
        clock.ended(new Waiter(effects, monitor, progress).whileNobodyHasIt(clock.after(most)));
    // Where somebody has it, time is of no use, and nothing was waited for.
    if (end != Waiter.End.TAKEN) {
      acts.add(
          Remedy.Id.WAIT, end == Waiter.End.FREE ? Effects.Result.DONE : Effects.Result.SURVIVED);
    }
  }

  /** Watches for a respawn, without binds of our own, which could make the server's fail. */
  private Report settle(AddressMonitor.Proof proof, Outcome good) {
    long end = effects.nowMillis() + options.settle().toMillis();
    boolean again = false;
    for (int glance = 1; !again && !clock.isInterrupted() && effects.nowMillis() < end; glance++) {
      clock.await(GLANCE);
      again = glance % WHOLE_LOOK == 0 ? monitor.isTaken() : monitor.isListenedOn();
    }
    if (again || (!options.settle().isZero() && monitor.isTaken())) {
      return failed(Outcome.RESPAWNED, monitor.diagnose());
    }
    return new Report(
        good,
        acts.all(),
        proof,
        monitor.rest(proof),
        Optional.empty(),
        Optional.empty(),
        signalled,
        Optional.empty(),
        clock.isInterrupted());
  }

  private Report failed(Outcome outcome, Diagnosis after) {
    return failed(outcome, after, Optional.empty());
  }

  private Report failed(Outcome outcome, Diagnosis after, Optional<Plan> left) {
    return new Report(
        outcome,
        acts.all(),
        AddressMonitor.Proof.NONE,
        Optional.empty(),
        Optional.of(after),
        left,
        signalled,
        Optional.empty(),
        clock.isInterrupted());
  }
}

package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.SocketState;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Remedy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Takes the steps of a plan, and believes only a real bind. */
public final class Executor {
  /** How often it is planned anew because others were found to share what was to be freed. */
  private static final int MOST_ROUNDS = 4;

  /** How long a killed process has to be gone: longer only in an uninterruptible sleep. */
  private static final Duration KILLED = Duration.ofSeconds(5);

  /** Between two looks at a freed address, whether it was taken again. */
  private static final Duration GLANCE = Duration.ofMillis(20);

  /** Between two binds where the kernel tells nobody that a timer has ended. */
  private static final Duration TIMER = Duration.ofMillis(10);

  /** What is added to a timer: the kernel's are coarse. */
  private static final Duration TIMER_SLACK = Duration.ofSeconds(5);

  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;

  private final Effects effects;
  private final Eyes eyes;
  private final Limits limits;
  private final Function<Diagnosis, Plan> planner;
  private final List<Report.Done> done = new ArrayList<>();
  private final Set<Long> cookies = new HashSet<>();
  private final long began;
  private boolean forced;
  private boolean interrupted;

  /** Looks at the address. */
  public interface Eyes {
    /** Everything, as the question would be answered now. */
    Diagnosis diagnose();

    /** A real bind, with what the newcomer asks for. */
    boolean isBindable();

    /** Whether a socket that listens or is bound has the port, asked without a bind. */
    boolean isHeld();
  }

  public Executor(Effects effects, Eyes eyes, Limits limits, Function<Diagnosis, Plan> planner) {
    this.effects = effects;
    this.eyes = eyes;
    this.limits = limits;
    this.planner = planner;
    began = effects.nowMillis();
  }

  /** Takes the steps, and plans anew while the same sockets turn out to have more holders. */
  public Report run(Diagnosis first, Plan.Steps plan) {
    Diagnosis diagnosis = first;
    List<Step> steps = plan.steps();
    for (int round = 1; ; round++) {
      remember(diagnosis.snapshot());
      steps.forEach(this::take);
      if (eyes.isBindable()) {
        return settle();
      }
      if (interrupted) {
        return report(Outcome.STILL_HELD, Optional.of(eyes.diagnose()));
      }
      diagnosis = eyes.diagnose();
      switch (planner.apply(diagnosis)) {
        case Plan.Nothing nothing -> {
          return settle();
        }
        case Plan.Refused refused -> {
          return report(Outcome.STILL_HELD, Optional.of(diagnosis));
        }
        case Plan.Denied denied -> {
          return report(Outcome.DENIED, Optional.of(diagnosis));
        }
        case Plan.Steps(List<Step> more) -> {
          if (isSomebodyNew(diagnosis.snapshot())) {
            return report(Outcome.RESPAWNED, Optional.of(diagnosis));
          }
          if (round == MOST_ROUNDS || more.equals(steps)) {
            return report(Outcome.STILL_HELD, Optional.of(diagnosis));
          }
          steps = more;
        }
      }
    }
  }

  private void remember(Snapshot snapshot) {
    snapshot.sockets().forEach(socket -> cookies.add(socket.cookie()));
  }

  /** Whether a socket was bound since: one that was only inherited is the same socket. */
  private boolean isSomebodyNew(Snapshot snapshot) {
    return snapshot.sockets().stream()
        .filter(
            socket -> socket.state() == SocketState.LISTEN || socket.state() == SocketState.BOUND)
        .anyMatch(socket -> !cookies.contains(socket.cookie()));
  }

  private void take(Step step) {
    if (interrupted) {
      return;
    }
    switch (step) {
      case Step.Command(Remedy remedy) ->
          add(remedy.id(), effects.run(remedy.command(), limits.grace().plus(KILLED)));
      case Step.StopContainer container ->
          add(Remedy.Id.STOP_CONTAINER, effects.stop(container, limits.grace()));
      case Step.EndProcesses(List<Victim> victims) -> end(victims);
      case Step.DestroySockets(List<BoundSocket> sockets) ->
          sockets.forEach(socket -> add(Remedy.Id.DESTROY_SOCKET, effects.destroy(socket)));
      case Step.Wait(Duration atLeast) -> sleep(atLeast);
      case Step.RemoveFile file -> add(Remedy.Id.REMOVE_SOCKET_FILE, effects.remove(file));
    }
  }

  private void end(List<Victim> victims) {
    Set<Victim> alive = new LinkedHashSet<>();
    for (Victim victim : victims) {
      Effects.Result result = effects.hold(victim);
      if (result == Effects.Result.DONE) {
        alive.add(victim);
      } else {
        add(victim, Optional.empty(), result);
      }
    }
    signal(alive, limits.signal());
    alive.stream().filter(Victim::stopped).forEach(victim -> effects.signal(victim, SIGCONT));
    awaitEnd(alive, limits.signal(), limits.grace());
    if (!alive.isEmpty() && !interrupted && limits.kill() && !eyes.isBindable()) {
      forced = true;
      signal(alive, SIGKILL);
      awaitEnd(alive, SIGKILL, KILLED);
    }
    int last = forced ? SIGKILL : limits.signal();
    Effects.Result left = eyes.isBindable() ? Effects.Result.RELEASED : Effects.Result.SURVIVED;
    alive.forEach(victim -> add(victim, Optional.of(last), left));
  }

  /** Sends to all before any is waited for: some take others down with them. */
  private void signal(Set<Victim> alive, int signal) {
    for (Victim victim : List.copyOf(alive)) {
      Effects.Result result = effects.signal(victim, signal);
      if (result != Effects.Result.DONE) {
        alive.remove(victim);
        add(victim, Optional.of(signal), result);
      }
    }
  }

  /** Until all have ended, or let go of the address, or the time is over. */
  private void awaitEnd(Set<Victim> alive, int signal, Duration most) {
    long deadline = effects.nowMillis() + most.toMillis();
    while (!alive.isEmpty()) {
      for (Victim victim : effects.ended()) {
        if (alive.remove(victim)) {
          add(victim, Optional.of(signal), Effects.Result.EXITED);
        }
      }
      long left = deadline - effects.nowMillis();
      if (alive.isEmpty() || left <= 0 || interrupted || eyes.isBindable()) {
        return;
      }
      interrupted = effects.await(Duration.ofMillis(left)) == Effects.Event.INTERRUPTED;
    }
  }

  private void sleep(Duration atLeast) {
    long asked = effects.nowMillis() + atLeast.toMillis();
    long deadline = asked + TIMER_SLACK.toMillis();
    while (!interrupted && !eyes.isBindable()) {
      long now = effects.nowMillis();
      if (now >= deadline) {
        break;
      }
      Duration pause = now < asked ? Duration.ofMillis(asked - now) : TIMER;
      interrupted = effects.await(pause) == Effects.Event.INTERRUPTED;
    }
    add(Remedy.Id.WAIT, eyes.isBindable() ? Effects.Result.DONE : Effects.Result.SURVIVED);
  }

  /** Watches for whoever comes back. Without binds: one of ours might be what refuses theirs. */
  private Report settle() {
    long deadline = effects.nowMillis() + limits.settle().toMillis();
    while (!interrupted && effects.nowMillis() < deadline) {
      if (eyes.isHeld()) {
        return report(Outcome.RESPAWNED, Optional.of(eyes.diagnose()));
      }
      interrupted = effects.await(GLANCE) == Effects.Event.INTERRUPTED;
    }
    return report(forced ? Outcome.FORCED : Outcome.FREED, Optional.empty());
  }

  private void add(Remedy.Id remedy, Effects.Result result) {
    done.add(new Report.Done(remedy, Optional.empty(), Optional.empty(), result, elapsed()));
  }

  private void add(Victim victim, Optional<Integer> signal, Effects.Result result) {
    Remedy.Id remedy =
        signal.filter(number -> number == SIGKILL).isPresent()
            ? Remedy.Id.KILL
            : victim.stopped() ? Remedy.Id.RESUME_THEN_TERMINATE : Remedy.Id.TERMINATE;
    Optional<Pid> pid = Optional.of(victim.pid());
    done.add(new Report.Done(remedy, pid, signal, result, elapsed()));
  }

  private long elapsed() {
    return effects.nowMillis() - began;
  }

  private Report report(Outcome outcome, Optional<Diagnosis> after) {
    return new Report(outcome, done, after, interrupted);
  }
}

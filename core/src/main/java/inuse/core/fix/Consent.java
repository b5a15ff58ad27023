package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Inode;
import inuse.core.evidence.ProcessIdentity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was agreed to: the steps of a plan, with the processes and sockets that it names. Whatever
 * turns out to hold the address later is not part of it, except processes that those agreed to have
 * started since and left behind.
 */
public final class Consent {
  private final Plan.Steps plan;
  private final long sinceTicks;
  private final Map<ProcessIdentity, Set<Claimed>> processes = new HashMap<>();
  private final Set<Victim.Family> families = new HashSet<>();
  private final Set<Long> sockets = new HashSet<>();

  private Consent(Plan.Steps plan, long sinceTicks) {
    this.plan = plan;
    this.sinceTicks = sinceTicks;
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.EndProcesses end ->
            end.all()
                .forEach(one -> {
                  processes.put(one.identity(), claimed(one));
                  one.family().ifPresent(families::add);
                });
        case Step.DestroySockets(List<BoundSocket> doomed) ->
            doomed.forEach(one -> sockets.add(one.cookie()));
        case Step.Command command -> {}
        case Step.StopContainer stop -> {}
        case Step.Wait wait -> {}
        case Step.RemoveFile file -> {}
      }
    }
  }

  /** A socket, by whatever descriptor. */
  private record Claimed(Inode inode, long cookie) {}

  private static Set<Claimed> claimed(Victim victim) {
    Set<Claimed> claimed = new HashSet<>();
    victim.claims().forEach(one -> claimed.add(new Claimed(one.inode(), one.cookie())));
    return claimed;
  }

  /**
   * The consent to a plan.
   *
   * @param sinceTicks when the look began that the plan was made after, in clock ticks since boot
   */
  public static Consent to(Plan.Steps plan, long sinceTicks) {
    return new Consent(plan, sinceTicks);
  }

  /** The consent to a plan of which nothing was done yet: nobody can have been left behind. */
  public static Consent to(Plan.Steps plan) {
    return new Consent(plan, Long.MAX_VALUE);
  }

  /** The plan that was agreed to. */
  Plan.Steps plan() {
    return plan;
  }

  /** Whether a later plan does nothing that was not agreed to. */
  public boolean covers(Plan.Steps later) {
    return later.steps().stream().allMatch(this::covers);
  }

  /** Whether nothing is done by a later plan, for it may not be, or was not agreed to. */
  boolean leaves(Plan later) {
    return switch (later) {
      case Plan.Nothing nothing -> false;
      case Plan.Refused refused -> true;
      case Plan.Denied denied -> true;
      case Plan.Steps steps -> !covers(steps);
    };
  }

  private boolean covers(Step later) {
    return switch (later) {
      case Step.EndProcesses end -> end.all().stream().allMatch(one -> agreed(one).isPresent());
      // What no process holds any more is what is left of a connection.
      case Step.DestroySockets(List<BoundSocket> doomed) ->
          doomed.stream().allMatch(one -> one.inode().isEmpty() || sockets.contains(one.cookie()));
      case Step.Command command -> plan.steps().contains(command);
      case Step.StopContainer stop -> plan.steps().contains(stop);
      case Step.RemoveFile file -> plan.steps().contains(file);
      case Step.Wait wait -> true;
    };
  }

  /** A process that may be ended, if ending it was agreed to. */
  public Optional<Agreed> agreed(Victim victim) {
    return isNamed(victim) || isLeftBehind(victim)
        ? Optional.of(new Agreed(victim))
        : Optional.empty();
  }

  /**
   * Whether it is a process of the plan. Ticks are coarse: another one may have got its pid within
   * the tick that it started in, but not its socket.
   */
  private boolean isNamed(Victim victim) {
    Set<Claimed> named = processes.get(victim.identity());
    Set<Claimed> now = claimed(victim);
    return named != null
        && (named.isEmpty() || now.isEmpty() || now.stream().anyMatch(named::contains));
  }

  /**
   * Whether a process was forked since by one that was agreed to, such as a child made when SIGTERM
   * came. Its parent has gone, and with it the kernel's record of who started it; what is left is
   * what only a child inherits. The user has to be the same: whoever could make another process
   * look like a child could do so only to one that it may end itself.
   */
  private boolean isLeftBehind(Victim victim) {
    return victim.identity().startTicks() >= sinceTicks
        && victim.family().filter(families::contains).isPresent();
  }

  /** A process that it was agreed to end; made by a {@link Consent} alone. */
  public static final class Agreed {
    private final Victim victim;

    private Agreed(Victim victim) {
      this.victim = victim;
    }

    /** The process. */
    public Victim victim() {
      return victim;
    }
  }
}

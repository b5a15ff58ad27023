package inuse.core.fix;

import inuse.core.evidence.Pid;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Starter;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Remedy;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The acts on one target, and how they ended.
 *
 * @param proof how it is known to be free
 * @param rest how long a server without SO_REUSEADDR is still refused; empty where it is not, or
 *     where no timer is reported
 * @param after what holds it now, if anything
 * @param left the plan for what holds it now, of which nothing was done: it is refused, or goes
 *     beyond what was agreed to
 * @param signalled the processes that were sent a signal, with those that were before; with their
 *     workers, where the caller set a limit, which ended with them
 * @param starter who brought it back, or may
 * @param interrupted whether the user interrupted it
 */
public record Report(
    Outcome outcome,
    List<Action> steps,
    AddressMonitor.Proof proof,
    Optional<Duration> rest,
    Optional<Diagnosis> after,
    Optional<Plan> left,
    Set<ProcessIdentity> signalled,
    Optional<Starter> starter,
    boolean interrupted) {
  public Report {
    steps = List.copyOf(steps);
    signalled = Collections.unmodifiableSet(new LinkedHashSet<>(signalled));
  }

  /** A report without acts. */
  public static Report of(Outcome outcome, AddressMonitor.Proof proof) {
    return new Report(
        outcome,
        List.of(),
        proof,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        false);
  }

  /** The same, with who brought it back, or may. */
  public Report with(Optional<Starter> who) {
    return new Report(outcome, steps, proof, rest, after, left, signalled, who, interrupted);
  }

  /**
   * An act.
   *
   * @param pid the process it was done to
   * @param command its name
   * @param socketOf the user who made the socket that it held, where that is neither its own nor
   *     root
   * @param signal the one that was sent
   * @param afterMillis from the first act to this one's end
   * @param said the last output of a failed command; empty for none
   */
  public record Action(
      Remedy.Id remedy,
      Optional<Pid> pid,
      Untrusted command,
      Optional<Uid> socketOf,
      Optional<Signal> signal,
      Effects.Result result,
      long afterMillis,
      Untrusted said) {}
}

package inuse.core.fix;

import inuse.core.evidence.Pid;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Remedy;
import java.util.List;
import java.util.Optional;

/**
 * The acts on one target, and how they ended.
 *
 * @param proof how it is known to be free
 * @param after what holds it now, if anything
 * @param interrupted whether the user interrupted it
 */
public record Report(
    Outcome outcome,
    List<Action> steps,
    AddressMonitor.Proof proof,
    Optional<Diagnosis> after,
    boolean interrupted) {
  public Report {
    steps = List.copyOf(steps);
  }

  /** A report without acts. */
  public static Report of(Outcome outcome, AddressMonitor.Proof proof) {
    return new Report(outcome, List.of(), proof, Optional.empty(), false);
  }

  /**
   * An act.
   *
   * @param pid the process it was done to
   * @param command its name
   * @param signal the one that was sent
   * @param afterMillis from the first act to this one's end
   * @param said the last output of a failed command; empty for none
   */
  public record Action(
      Remedy.Id remedy,
      Optional<Pid> pid,
      Untrusted command,
      Optional<Signal> signal,
      Effects.Result result,
      long afterMillis,
      Untrusted said) {}
}

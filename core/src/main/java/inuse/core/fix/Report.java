package inuse.core.fix;

import inuse.core.evidence.Pid;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.remedy.Remedy;
import java.util.List;
import java.util.Optional;

/**
 * What was done about one target, and how it ended.
 *
 * @param proof by what it is known to be free
 * @param after what holds it now, where something does
 * @param interrupted whether the user stopped it on the way
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

  /** An end without an act. */
  public static Report of(Outcome outcome, AddressMonitor.Proof proof) {
    return new Report(outcome, List.of(), proof, Optional.empty(), false);
  }

  /**
   * One act.
   *
   * @param pid the process it was about
   * @param command its name
   * @param signal the one that was sent
   * @param afterMillis from the first act to this one's end
   * @param said what a command that failed printed last; empty for nothing
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

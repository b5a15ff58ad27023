package inuse.core.fix;

import inuse.core.evidence.Pid;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.Remedy;
import java.util.List;
import java.util.Optional;

/**
 * What was done about one target, and how it ended.
 *
 * @param after what holds it now, where something does
 * @param interrupted whether the user stopped it on the way
 */
public record Report(
    Outcome outcome, List<Done> steps, Optional<Diagnosis> after, boolean interrupted) {
  public Report {
    steps = List.copyOf(steps);
  }

  /**
   * One act.
   *
   * @param pid the process it was about
   * @param signal the number of the signal that was sent
   * @param afterMillis from the first act to this one's end
   */
  public record Done(
      Remedy.Id remedy,
      Optional<Pid> pid,
      Optional<Integer> signal,
      Effects.Result result,
      long afterMillis) {}
}

package inuse.render;

import inuse.core.evidence.Phrase;
import inuse.core.explain.Diagnosis;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.FreeOptions;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The result of freeing one target, or of waiting for it.
 *
 * @param before what was in the way
 * @param after what is in the way now; empty where it is free, or was not looked at again
 * @param outcome empty where it was only planned
 * @param proof how it is known to be free
 * @param rest how long a server without SO_REUSEADDR is still refused; empty where it is not, or
 *     where no timer is reported
 * @param message a further message
 * @param instead the command to run instead
 */
public record Freed(
    Diagnosis before,
    Optional<Diagnosis> after,
    Optional<Outcome> outcome,
    List<Report.Action> acts,
    AddressMonitor.Proof proof,
    Optional<Duration> rest,
    Optional<Phrase> message,
    Optional<String> instead) {
  public Freed {
    acts = List.copyOf(acts);
  }

  /** Of a plan, of which nothing was done yet. */
  public static Freed planned(Diagnosis before, Plan.Steps plan, FreeOptions options) {
    return new Freed(
        before,
        Optional.empty(),
        Optional.empty(),
        plan.steps().stream().flatMap(step -> Planned.of(step, options).stream()).toList(),
        AddressMonitor.Proof.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A result without acts. */
  public static Freed without(
      Diagnosis before, Outcome outcome, Phrase message, Optional<String> instead) {
    return new Freed(
        before,
        Optional.empty(),
        Optional.of(outcome),
        List.of(),
        AddressMonitor.Proof.NONE,
        Optional.empty(),
        Optional.of(message),
        instead);
  }
}

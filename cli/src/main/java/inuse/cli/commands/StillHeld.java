package inuse.cli.commands;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.ProcessState;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.Outcome;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import java.util.Optional;

/** What is said of an address that was to be freed, and is held. */
final class StillHeld {
  private StillHeld() {}

  /**
   * What holds it, and why nothing more was done about that.
   *
   * @param acted whether anything was done at all
   */
  static Optional<Phrase> message(Report report, boolean acted) {
    if (report.interrupted()) {
      return Optional.of(
          Phrase.of(
              acted
                  ? "interrupted; what was done until then is above, and nothing else was"
                  : "interrupted before anything was done"));
    }
    return report
        .after()
        .filter(after -> !after.causes().isEmpty())
        .map(after -> about(after.causes().getFirst(), report.outcome()))
        .map(held -> report.left().map(left -> limit(held, left)).orElse(held));
  }

  /** Why it was left alone. */
  private static Phrase limit(Phrase held, Plan left) {
    return switch (left) {
      case Plan.Nothing nothing -> held;
      case Plan.Steps steps -> held.then("; that was not agreed to, and nothing was done about it");
      case Plan.Refused refused -> held.then("; ").then(refused.why());
      case Plan.Denied denied -> held.then("; ").then(denied.why());
    };
  }

  /** What holds it, and why it still does, or does again. */
  private static Phrase about(Cause cause, Outcome outcome) {
    Phrase phrase = cause.summary();
    Optional<Holder> asleep =
        cause.holders().stream()
            .filter(one -> one.state().equals(Optional.of(ProcessState.DISK_SLEEP)))
            .findFirst();
    if (asleep.isPresent()) {
      return phrase.then(
          "; pid " + asleep.get().pid() + " sleeps uninterruptibly and obeys when it wakes");
    }
    Optional<Ancestor> starter =
        cause.holders().stream()
            .flatMap(one -> one.ancestry().stream().limit(1))
            .filter(one -> one.pid().number() != 1)
            .findFirst();
    return outcome == Outcome.RESPAWNED && starter.isPresent()
        ? phrase
            .then("; it was started by ")
            .then(starter.get().command())
            .then(" (pid " + starter.get().pid() + "), which may do so again: stop that first")
        : phrase;
  }
}

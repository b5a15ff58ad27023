package inuse.cli.commands;

import inuse.core.evidence.Holder;
import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Starter;
import inuse.core.explain.causes.Cause;
import inuse.core.fix.Plan;
import inuse.core.fix.Report;
import inuse.render.Escape;
import java.util.Optional;

/** What is said of an address that was to be freed, and is held, or may be again. */
final class StillHeld {
  private StillHeld() {}

  /**
   * What holds it, and why nothing more was done about that.
   *
   * @param target as a user writes it
   * @param acted whether anything was done at all
   */
  static Optional<Phrase> message(Report report, String target, boolean acted) {
    if (report.interrupted()) {
      return Optional.of(
          Phrase.of(
              acted
                  ? "interrupted; what was done until then is above, and nothing else was"
                  : "interrupted before anything was done"));
    }
    if (report.proof().isFree()) {
      return mayComeBack(report, target);
    }
    return report
        .after()
        .filter(after -> !after.causes().isEmpty())
        .map(after -> about(after.causes().getFirst(), report))
        .map(held -> report.left().map(left -> limit(held, left)).orElse(held));
  }

  /** Why it was left alone. */
  private static Phrase limit(Phrase held, Plan left) {
    return switch (left) {
      case Plan.Nothing nothing -> held;
      case Plan.Steps steps -> held.then("; that was not agreed to, and nothing was done about it");
      case Plan.Refused refused -> with(held, refused.why());
      case Plan.Denied denied -> with(held, denied.why());
    };
  }

  /** Both, unless the reason begins with what holds it. */
  private static Phrase with(Phrase held, Phrase why) {
    return Escape.text(why).startsWith(Escape.text(held)) ? why : held.then("; ").then(why);
  }

  /** What holds it, and why it still does, or does again. */
  private static Phrase about(Cause cause, Report report) {
    Phrase phrase = cause.summary();
    Optional<Holder> asleep =
        cause.holders().stream()
            .filter(one -> one.state().equals(Optional.of(ProcessState.DISK_SLEEP)))
            .findFirst();
    if (asleep.isPresent()) {
      return phrase.then(
          "; pid " + asleep.get().pid() + " sleeps uninterruptibly and obeys when it wakes");
    }
    return report.starter().map(one -> phrase.then("; ").then(again(one))).orElse(phrase);
  }

  private static Phrase again(Starter starter) {
    Phrase who = Phrase.of(starter.command()).then(" (pid " + starter.pid() + ")");
    return starter
        .client()
        .map(client ->
            who.then(" only serves " + client + ", which came back and asked for it again: ")
                .then("end what connects from there (autossh, a tunnel)"))
        .orElseGet(() -> who.then(" started it again"));
  }

  /** That an address which is free may not stay so. */
  private static Optional<Phrase> mayComeBack(Report report, String target) {
    return report
        .starter()
        .filter(one -> !one.again())
        .map(one ->
            Phrase.of(one.command())
                .then(" (pid " + one.pid() + "), which had started it, still runs and may do so")
                .then(" again; then ")
                .then(
                    InuseCommand.of(InuseCommand.Verb.FREE)
                        .with(InuseCommand.Choice.WITH_STARTER, one.pid().toString())
                        .about(target))
                .then(" ends both"));
  }
}

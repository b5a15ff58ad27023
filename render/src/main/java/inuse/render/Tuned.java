package inuse.render;

import inuse.core.evidence.Phrase;
import inuse.core.tune.SettingAdvice;
import inuse.core.tune.SettingsSnapshot;
import inuse.core.tune.TuneOutcome;
import inuse.core.tune.TunePlan;
import java.util.List;
import java.util.Optional;

/**
 * The result of {@code inuse tune}.
 *
 * @param here the settings before
 * @param judgements the advice, where the settings are shown
 * @param outcome empty where they were only shown
 * @param writes what was changed, or would be
 * @param file the change of our file, made or planned: its text, or empty where it is removed
 * @param warnings what the user should know before
 * @param notes how far it reaches
 * @param message a further message
 * @param instead the command to run instead
 */
public record Tuned(
    SettingsSnapshot here,
    List<SettingAdvice> judgements,
    Optional<TuneOutcome.Result> outcome,
    List<TunePlan.Write> writes,
    Optional<TunePlan.FileText> file,
    List<Phrase> warnings,
    List<Phrase> notes,
    Optional<Phrase> message,
    Optional<String> instead) {
  public Tuned {
    judgements = List.copyOf(judgements);
    writes = List.copyOf(writes);
    warnings = List.copyOf(warnings);
    notes = List.copyOf(notes);
  }

  /** The settings as they are. */
  public static Tuned shown(SettingsSnapshot here, List<SettingAdvice> judgements) {
    return new Tuned(
        here,
        judgements,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** A change that is not made yet. */
  public static Tuned planned(
      SettingsSnapshot here,
      List<TunePlan.Write> writes,
      Optional<TunePlan.FileText> file,
      List<Phrase> warnings,
      List<Phrase> notes) {
    return new Tuned(
        here,
        List.of(),
        Optional.of(TuneOutcome.Result.PLANNED),
        writes,
        file,
        warnings,
        notes,
        Optional.empty(),
        Optional.empty());
  }

  /** This result with an outcome. */
  public Tuned ended(
      TuneOutcome.Result result, Optional<Phrase> message, Optional<String> instead) {
    return new Tuned(
        here, judgements, Optional.of(result), writes, file, warnings, notes, message, instead);
  }
}

package inuse.core.fix;

import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.RemedyCommand;
import java.util.List;

/** What would give the address back, decided before anything is done. */
public sealed interface Plan {
  /** Nobody holds it. */
  record Nothing() implements Plan {}

  /** These steps, in this order. */
  record Steps(List<Step> steps) implements Plan {
    public Steps {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A rule forbids it, or nothing that may be done would help.
   *
   * @param why which rule, and about whom
   * @param byHand what does it nevertheless, where anything does
   */
  record Refused(Phrase why, RemedyCommand byHand) implements Plan {}

  /**
   * This user may not.
   *
   * @param rootMay whether root might, by the same command
   */
  record Denied(Phrase why, boolean rootMay) implements Plan {}
}

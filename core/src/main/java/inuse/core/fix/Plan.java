package inuse.core.fix;

import inuse.core.evidence.Phrase;
import inuse.core.explain.remedy.RemedyCommand;
import java.util.List;

/** A plan to free an address, decided before anything is done. */
public sealed interface Plan {
  /** Nothing holds it. */
  record Nothing() implements Plan {}

  /** These steps, in this order. */
  record Steps(List<Step> steps) implements Plan {
    public Steps {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A rule forbids it, or nothing that is permitted would help.
   *
   * @param why which rule, and about whom
   * @param byHand the command to do it by hand, if there is one
   */
  record Refused(Phrase why, RemedyCommand byHand) implements Plan {}

  /**
   * Not permitted to this user.
   *
   * @param rootMay whether root may, by the same command
   */
  record Denied(Phrase why, boolean rootMay) implements Plan {}
}

package inuse.core.fix;

import inuse.core.explain.Phrase;
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
   * A rule forbids it.
   *
   * @param why which rule, and about whom
   * @param byHand the line to do it nevertheless, empty where there is none
   */
  record Refused(Phrase why, List<String> byHand) implements Plan {
    public Refused {
      byHand = List.copyOf(byHand);
    }
  }

  /**
   * This user may not.
   *
   * @param instead the line that would
   */
  record Denied(Phrase why, List<String> instead) implements Plan {
    public Denied {
      instead = List.copyOf(instead);
    }
  }
}

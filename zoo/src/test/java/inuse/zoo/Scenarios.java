package inuse.zoo;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The base of every class of scenarios: a new lab for each scenario, and the way in which inuse is
 * asked.
 */
@ExtendWith(Skips.class)
abstract class Scenarios {
  @RegisterExtension final Lab lab;

  Scenarios(Way way) {
    lab = new Lab(way);
  }

  /** At a place that several scenarios share. */
  Scenarios(Way way, LabPlace place) {
    lab = new Lab(way, place);
  }
}

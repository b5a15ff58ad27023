package inuse.zoo.oracle;

import java.util.Optional;

/** Tries a scenario, and compares a rule with the kernel. */
interface Comparing {
  /** Says what the rule and the kernel do not agree on; empty where they do. */
  Optional<String> disagreement(Scenario scenario);
}

package inuse.core.explain.rule;

/** How much it takes to get the port back. */
public enum Severity {
  /** It takes an action. */
  CRITICAL("critical"),
  /** Time or SO_REUSEADDR is enough. */
  WARNING("warning"),
  /** Nothing need be done. */
  INFO("info");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  /** The word for programs. */
  public String word() {
    return word;
  }
}

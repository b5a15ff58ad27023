package inuse.core.explain.rule;

/** What it takes to get the port back. */
public enum Severity {
  /** Only an action does. */
  CRITICAL("critical"),
  /** Time or SO_REUSEADDR does. */
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

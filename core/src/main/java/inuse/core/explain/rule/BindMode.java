package inuse.core.explain.rule;

/** A kind of newcomer that a cause refuses. */
public enum BindMode {
  /** A newcomer that sets no socket option. */
  PLAIN("plain"),
  /** A newcomer that sets SO_REUSEADDR. */
  REUSEADDR("reuseaddr"),
  /** A newcomer of the same user that sets SO_REUSEPORT. */
  REUSEPORT("reuseport");

  private final String word;

  BindMode(String word) {
    this.word = word;
  }

  /** The word for programs. */
  public String word() {
    return word;
  }
}

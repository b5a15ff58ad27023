package inuse.core.explain.rule;

/** A kind of newcomer that a cause refuses. */
public enum BindMode {
  /** One that sets no socket option. */
  PLAIN("plain"),
  /** One that sets SO_REUSEADDR. */
  REUSEADDR("reuseaddr"),
  /** One of the same user that sets SO_REUSEPORT. */
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

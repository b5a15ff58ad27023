package inuse.junit;

import inuse.java.Explanation;

/** What is known about a refused bind; among the suppressed exceptions of the failure by it. */
public final class RefusedBind extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Explanation explanation;

  RefusedBind(Explanation explanation, String text) {
    super(text, null, false, false);
    this.explanation = explanation;
  }

  /** The same in parts. */
  public Explanation explanation() {
    return explanation;
  }
}

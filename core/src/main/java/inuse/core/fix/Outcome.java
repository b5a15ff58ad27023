package inuse.core.fix;

/** How it ended. */
public enum Outcome {
  /** Nobody held it. */
  ALREADY_FREE("already-free"),
  /** A real bind succeeds. */
  FREED("freed"),
  /** Likewise, and somebody had to be killed for it. */
  FORCED("forced"),
  /** It was free, and something holds it again. */
  RESPAWNED("respawned"),
  /** The steps were taken, and it is held still. */
  STILL_HELD("still-held"),
  /** A rule of the guard forbids it. */
  REFUSED("refused"),
  /** This user may not. */
  DENIED("denied"),
  /** The time was over. */
  TIMED_OUT("timed-out");

  private final String word;

  Outcome(String word) {
    this.word = word;
  }

  /** The word for programs. */
  public String word() {
    return word;
  }
}

package inuse.core.fix;

/** How freeing an address ended. */
public enum Outcome {
  /** Nothing held it. */
  ALREADY_FREE("already-free"),
  /** A real bind succeeds. */
  FREED("freed"),
  /** A real bind succeeds, and a process had to be killed for it. */
  FORCED("forced"),
  /** It was free, and is held again. */
  RESPAWNED("respawned"),
  /** The steps were carried out, and it is still held. */
  STILL_HELD("still-held"),
  /** A safety rule forbids it. */
  REFUSED("refused"),
  /** Not permitted to this user. */
  DENIED("denied"),
  /** The timeout passed. */
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

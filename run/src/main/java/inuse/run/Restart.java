package inuse.run;

/** After what end a program is started again. */
public enum Restart {
  NEVER,
  ON_FAILURE,
  ALWAYS;

  /** A signal that ended it is a failure too. */
  boolean isAfter(int status) {
    return this == ALWAYS || (this == ON_FAILURE && status != 0);
  }
}

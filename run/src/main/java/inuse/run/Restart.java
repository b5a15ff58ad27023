package inuse.run;

/** After which exit a program is restarted. */
public enum Restart {
  NEVER,
  ON_FAILURE,
  ALWAYS;

  /** Whether it is restarted after that status; an end by a signal is a failure too. */
  boolean isAfter(int status) {
    return this == ALWAYS || (this == ON_FAILURE && status != 0);
  }
}

package inuse.core.evidence;

/** What ends with a unit when it is stopped: KillMode= of systemd.kill(5). */
public enum KillMode {
  CONTROL_GROUP("control-group"),
  MIXED("mixed"),
  /** Its main process alone. */
  PROCESS("process"),
  /** Nothing. */
  NONE("none");

  private final String word;

  KillMode(String word) {
    this.word = word;
  }

  /** The word in a unit's file. */
  public String word() {
    return word;
  }

  /** The kind of that word, else systemd's default. */
  public static KillMode of(String word) {
    for (KillMode mode : values()) {
      if (mode.word.equals(word)) {
        return mode;
      }
    }
    return CONTROL_GROUP;
  }

  /** Whether more than its main process ends with it. */
  public boolean endsAll() {
    return this == CONTROL_GROUP || this == MIXED;
  }
}

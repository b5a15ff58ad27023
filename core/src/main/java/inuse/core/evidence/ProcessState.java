package inuse.core.evidence;

import java.util.Optional;

/** The state of a process, field 3 of proc_pid_stat(5). */
public enum ProcessState {
  RUNNING('R', "running"),
  SLEEPING('S', "sleeping"),
  DISK_SLEEP('D', "disk-sleep"),
  ZOMBIE('Z', "zombie"),
  STOPPED('T', "stopped"),
  TRACED('t', "traced"),
  DEAD('X', "dead"),
  IDLE('I', "idle");

  private final char letter;
  private final String word;

  ProcessState(char letter, String word) {
    this.letter = letter;
    this.word = word;
  }

  /** The state of that letter, where it is known here. */
  public static Optional<ProcessState> of(char letter) {
    for (ProcessState state : values()) {
      if (state.letter == letter) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  /** The word for people and programs. */
  public String word() {
    return word;
  }
}

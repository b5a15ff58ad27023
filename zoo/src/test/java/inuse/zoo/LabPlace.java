package inuse.zoo;

import java.util.List;

/** Somewhere to run commands. */
interface LabPlace {
  /**
   * The beginning of a command that runs there: ends with {@code enter LAB-PID} (see enter.c), so
   * that circumstances and {@code --} follow.
   */
  List<String> enter();
}

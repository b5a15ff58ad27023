package inuse.zoo;

import java.util.List;

/** A place where commands can be run. */
interface LabPlace {
  /**
   * The beginning of a command that runs there: ends with {@code enter LAB-PID} (see enter.c), so
   * that circumstances and {@code --} follow.
   */
  List<String> enter();
}

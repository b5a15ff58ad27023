package inuse.record;

import inuse.core.events.RecordedProcess;
import java.util.Optional;

/** What is known of a process now. */
interface ProcessLookup {
  /**
   * What tells whether it is still the same program of the same process.
   *
   * @param startTicks field 22 of proc_pid_stat(5)
   * @param name its main thread's
   */
  record Sign(long startTicks, String name) {}

  /** Empty where it has ended. */
  Optional<Sign> sign(int pid);

  /**
   * Its description, under that number.
   *
   * @return empty where it has ended
   */
  Optional<RecordedProcess> read(int pid, int number);
}

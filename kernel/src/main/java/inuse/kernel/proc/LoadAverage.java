package inuse.kernel.proc;

import inuse.kernel.CallResult;

/** Fields of /proc/loadavg (proc_loadavg(5)). */
public final class LoadAverage {
  /** Position of the running threads and all of them, as in {@code 2/345}. */
  private static final int THREADS = 3;

  private LoadAverage() {}

  /** How many threads the whole host has; zero where that may not be read. */
  public static long threads(Proc proc) {
    return proc.text("/proc/loadavg") instanceof CallResult.Ok<String>(String text)
        ? threads(text)
        : 0;
  }

  static long threads(String text) {
    String[] fields = Fields.split(text, ' ');
    if (fields.length <= THREADS) {
      return 0;
    }
    String[] counts = Fields.split(fields[THREADS], '/', 2);
    return counts.length < 2 ? 0 : Numeral.decimal(counts[1]).orElse(0);
  }
}

package inuse.kernel.proc;

import inuse.kernel.CallResult;

/**
 * Fields of /proc/PID/stat (proc_pid_stat(5)).
 *
 * @param command the name of the main thread, up to 15 bytes that the process chose itself
 * @param state one letter: R, S, D, Z, T, t, X, I
 * @param group id of the process group, zero where this pid namespace does not see it
 * @param session id of the session leader, zero likewise
 * @param terminal the controlling terminal's number as the kernel encodes it, zero for none
 * @param flags bits of the kernel's task flags, PF_ in linux/sched.h
 * @param threads number of threads
 * @param startTicks clock ticks from boot to the process's start
 * @param stack the address where the stack begins, zero where it may not be seen
 */
public record ProcessStat(
    int pid,
    String command,
    char state,
    int parent,
    int group,
    int session,
    long terminal,
    long flags,
    int threads,
    long startTicks,
    long stack) {

  private static final int FIELDS = 20;

  /** Position of the stack's beginning, after the command. */
  private static final int STACK = 25;

  /** PF_KTHREAD of linux/sched.h: the task is a kernel thread. */
  private static final long KERNEL_THREAD = 0x00200000;

  public static CallResult<ProcessStat> read(Proc proc, int pid) {
    return switch (proc.text("/proc/" + pid + "/stat")) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(parse(text));
    };
  }

  /** The command may contain spaces and brackets: it ends at the last bracket. */
  public static ProcessStat parse(String text) {
    int open = text.indexOf(" (");
    int close = text.lastIndexOf(") ");
    if (open < 0 || close < open + 2) {
      throw new Unparsable("/proc/PID/stat", text);
    }
    String[] fields = Fields.split(text.substring(close + 2).trim(), ' ', STACK + 2);
    if (fields.length < FIELDS || fields[0].length() != 1) {
      throw new Unparsable("/proc/PID/stat", text);
    }
    return new ProcessStat(
        number(text.substring(0, open), text),
        text.substring(open + 2, close),
        fields[0].charAt(0),
        number(fields[1], text),
        number(fields[2], text),
        number(fields[3], text),
        Numeral.decimal(fields[4]).orElse(0),
        large(fields[6], text),
        number(fields[17], text),
        large(fields[19], text),
        fields.length > STACK ? Numeral.decimal(fields[STACK]).orElse(0) : 0);
  }

  /** Whether this is a kernel thread, which has no open files. */
  public boolean isKernelThread() {
    return (flags & KERNEL_THREAD) != 0;
  }

  private static long large(String field, String text) {
    return Numeral.decimal(field).orElseThrow(() -> new Unparsable("/proc/PID/stat", text));
  }

  private static int number(String field, String text) {
    long value = Numeral.decimal(field).orElse(-1);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new Unparsable("/proc/PID/stat", text);
    }
    return (int) value;
  }
}

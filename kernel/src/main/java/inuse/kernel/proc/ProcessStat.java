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

  /** Position of the stack's beginning, after the command; nothing behind it is read. */
  private static final int STACK = 25;

  /** Bytes of the longest command, that of a kernel worker, and a few more. */
  private static final int LONGEST_COMMAND = 80;

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
    int close = text.lastIndexOf(") ", open + LONGEST_COMMAND);
    if (open < 0 || close < open + 2) {
      throw new Unparsable("/proc/PID/stat", text);
    }
    int[] ends = new int[STACK + 2];
    ends[0] = close + 1;
    int fields = ends(text, ends);
    if (fields < FIELDS || ends[1] != ends[0] + 2) {
      throw new Unparsable("/proc/PID/stat", text);
    }
    return new ProcessStat(
        narrow(Numeral.parse(text, 0, open, 10).orElse(-1), text),
        text.substring(open + 2, close),
        text.charAt(close + 2),
        narrow(field(text, ends, 1), text),
        narrow(field(text, ends, 2), text),
        narrow(field(text, ends, 3), text),
        Math.max(field(text, ends, 4), 0),
        large(field(text, ends, 6), text),
        narrow(field(text, ends, 17), text),
        large(field(text, ends, 19), text),
        fields > STACK ? Math.max(field(text, ends, STACK), 0) : 0);
  }

  /**
   * Where the fields behind the command end, the first of them behind entry 0. Without a string for
   * each of them: an answer reads many such files.
   *
   * @return how many fields there are, up to the one with the stack
   */
  private static int ends(String text, int[] ends) {
    int length = text.length();
    while (length > ends[0] && text.charAt(length - 1) <= ' ') {
      length--;
    }
    int fields = 0;
    while (fields <= STACK && ends[fields] < length) {
      int end = text.indexOf(' ', ends[fields] + 1);
      ends[++fields] = end < 0 ? length : Math.min(end, length);
    }
    return fields;
  }

  /** The number in a field, or -1. */
  private static long field(String text, int[] ends, int index) {
    return Numeral.parse(text, ends[index] + 1, ends[index + 1], 10).orElse(-1);
  }

  /** Whether this is a kernel thread, which has no open files. */
  public boolean isKernelThread() {
    return (flags & KERNEL_THREAD) != 0;
  }

  private static long large(long value, String text) {
    if (value < 0) {
      throw new Unparsable("/proc/PID/stat", text);
    }
    return value;
  }

  private static int narrow(long value, String text) {
    if (value > Integer.MAX_VALUE) {
      throw new Unparsable("/proc/PID/stat", text);
    }
    return (int) large(value, text);
  }
}

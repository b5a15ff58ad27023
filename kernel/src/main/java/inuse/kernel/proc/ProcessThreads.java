package inuse.kernel.proc;

import inuse.kernel.CallResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** /proc/PID/task: the threads of a process, and what each of them waits for. */
public final class ProcessThreads {
  private ProcessThreads() {}

  /** The threads' ids. */
  public static CallResult<List<Integer>> ids(Proc proc, int pid) {
    return switch (proc.directory("/proc/" + pid + "/task")) {
      case CallResult.Failed<List<Proc.Entry>>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<List<Proc.Entry>>(var entries) -> {
        List<Integer> ids = new ArrayList<>();
        for (Proc.Entry entry : entries) {
          long id = Numeral.decimal(entry.name()).orElse(0);
          if (id > 0 && id <= Integer.MAX_VALUE) {
            ids.add((int) id);
          }
        }
        yield new CallResult.Ok<>(ids);
      }
    };
  }

  /** The directory of a thread. */
  public static String directory(int pid, int thread) {
    return "/proc/" + pid + "/task/" + thread;
  }

  /**
   * The kernel function in which a thread sleeps, such as {@code inet_csk_accept}; {@code 0} where
   * it does not sleep or the kernel does not tell (proc_pid_wchan(5)).
   */
  public static String sleepsIn(Proc proc, int pid, int thread) {
    return switch (proc.text(directory(pid, thread) + "/wchan")) {
      case CallResult.Failed<String> failed -> "0";
      case CallResult.Ok<String>(String text) -> text.trim();
    };
  }

  /** The first argument of the thread's current system call, a descriptor. */
  public static OptionalInt firstArgument(Proc proc, int pid, int thread) {
    return switch (proc.text(directory(pid, thread) + "/syscall")) {
      case CallResult.Failed<String> failed -> OptionalInt.empty();
      case CallResult.Ok<String>(String text) -> parseFirstArgument(text);
    };
  }

  /**
   * The text is {@code 43 0x3 0x0 …}, or {@code running}, or {@code -1 …} (proc_pid_syscall(5)).
   */
  public static OptionalInt parseFirstArgument(String text) {
    String[] words = Fields.split(text.trim(), ' ', 3);
    if (words.length < 3 || !words[1].startsWith("0x") || words[0].startsWith("-")) {
      return OptionalInt.empty();
    }
    long value = Numeral.parse(words[1], 2, words[1].length(), 16).orElse(-1);
    return value < 0 || value > Integer.MAX_VALUE
        ? OptionalInt.empty()
        : OptionalInt.of((int) value);
  }
}

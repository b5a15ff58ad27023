package inuse.kernel.proc;

import inuse.kernel.CallResult;

/**
 * What /proc/self/fdinfo/FD (proc_pid_fdinfo(5), pidfd_open(2)) reports about a pidfd: which of the
 * processes that this /proc shows it refers to.
 *
 * @param pid its number in the pid namespace that /proc shows; zero where it has none there, -1
 *     once it was reaped
 * @param namespaces the number of nested pid namespaces, that one first, in which it has a number;
 *     zero where the kernel has no pid namespaces
 */
public record PidfdInfo(int pid, int namespaces) {
  private static final String PID = "Pid:";
  private static final String NAMESPACE_PIDS = "NSpid:";

  /** Reads it for a descriptor of this process. */
  public static CallResult<PidfdInfo> read(Proc proc, int pidfd) {
    return switch (proc.text("/proc/self/fdinfo/" + pidfd)) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(parse(text));
    };
  }

  public static PidfdInfo parse(String text) {
    int pid = 0;
    int namespaces = 0;
    boolean found = false;
    for (String line : Fields.split(text, '\n')) {
      if (line.startsWith(PID)) {
        String number = line.substring(PID.length()).trim();
        pid =
            number.equals("-1")
                ? -1
                : (int)
                    Numeral.decimal32(number)
                        .orElseThrow(() -> new Unparsable("/proc/self/fdinfo of a pidfd", line));
        found = true;
      } else if (line.startsWith(NAMESPACE_PIDS)) {
        namespaces = Fields.split(line.substring(NAMESPACE_PIDS.length()).trim(), '\t').length;
      }
    }
    if (!found) {
      throw new Unparsable("/proc/self/fdinfo of a pidfd", text);
    }
    return new PidfdInfo(pid, namespaces);
  }
}

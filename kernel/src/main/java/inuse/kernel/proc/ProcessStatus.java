package inuse.kernel.proc;

import inuse.kernel.CallResult;

/**
 * Fields of /proc/PID/status (proc_pid_status(5)).
 *
 * @param threadGroup the pid of the process that a thread belongs to
 * @param effectiveUid as this user namespace sees it
 * @param isOneUsers whether its real, effective, saved and file system user are the same
 */
public record ProcessStatus(int threadGroup, long effectiveUid, boolean isOneUsers) {
  /**
   * Of the file, whose line with the uids ends before: the name has at most 64 bytes, each of them
   * escaped as four, and the seven other lines have less than 200.
   */
  private static final int MAX_BYTES = 512;

  public static CallResult<ProcessStatus> read(Proc proc, int pid) {
    return switch (proc.start("/proc/" + pid + "/status", MAX_BYTES)) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(parse(text));
    };
  }

  public static ProcessStatus parse(String text) {
    int threadGroup = 0;
    // The rest of the file is many times longer.
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      String line = text.substring(from, end < 0 ? text.length() : end);
      from += line.length() + 1;
      if (line.startsWith("Tgid:")) {
        threadGroup = (int) Numeral.decimal(line.substring(5).trim()).orElse(0);
      }
      if (line.startsWith("Uid:")) {
        String[] uids = Fields.split(line.substring(4).trim(), '\t');
        if (uids.length == 4) {
          return new ProcessStatus(
              threadGroup,
              Numeral.decimal32(uids[1])
                  .orElseThrow(() -> new Unparsable("/proc/PID/status", line)),
              uids[0].equals(uids[1]) && uids[2].equals(uids[1]) && uids[3].equals(uids[1]));
        }
      }
    }
    throw new Unparsable("/proc/PID/status", text);
  }
}

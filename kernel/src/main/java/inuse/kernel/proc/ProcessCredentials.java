package inuse.kernel.proc;

import inuse.kernel.CallResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whom a process or thread acts as, of /proc/PID/status (proc_pid_status(5)).
 *
 * @param uid its effective one, as this user namespace sees it
 * @param gid its effective one
 * @param groups its supplementary groups, in the kernel's order
 * @param capabilities its effective ones, in its own user namespace; a bit for each
 */
public record ProcessCredentials(long uid, long gid, List<Long> groups, long capabilities) {
  private static final int EFFECTIVE = 1;
  private static final int IDS = 4;
  private static final int HEX = 16;

  public ProcessCredentials {
    groups = List.copyOf(groups);
  }

  public static CallResult<ProcessCredentials> read(Proc proc, int pid) {
    return switch (proc.text("/proc/" + pid + "/status")) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(parse(text));
    };
  }

  public static ProcessCredentials parse(String text) {
    return new ProcessCredentials(
        effective(text, "Uid:"), effective(text, "Gid:"), groups(text), capabilities(text));
  }

  private static String value(String text, String name) {
    for (String line : Fields.split(text, '\n')) {
      if (line.startsWith(name)) {
        return line.substring(name.length()).trim();
      }
    }
    throw new Unparsable("/proc/PID/status", text);
  }

  private static long effective(String text, String name) {
    String[] ids = Fields.split(value(text, name), '\t');
    return (ids.length == IDS ? Numeral.decimal32(ids[EFFECTIVE]) : OptionalLong.empty())
        .orElseThrow(() -> new Unparsable("/proc/PID/status", text));
  }

  private static List<Long> groups(String text) {
    List<Long> groups = new ArrayList<>();
    for (String one : Fields.split(value(text, "Groups:"), ' ')) {
      if (!one.isEmpty()) {
        groups.add(
            Numeral.decimal32(one).orElseThrow(() -> new Unparsable("/proc/PID/status", text)));
      }
    }
    return groups;
  }

  /** Sixteen digits, of which no more than the lower fifteen are in use. */
  private static long capabilities(String text) {
    String digits = value(text, "CapEff:");
    return Numeral.parse(digits, 0, digits.length(), HEX)
        .orElseThrow(() -> new Unparsable("/proc/PID/status", text));
  }
}

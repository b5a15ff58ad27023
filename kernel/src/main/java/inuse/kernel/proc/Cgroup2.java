package inuse.kernel.proc;

import inuse.kernel.CallResult;
import java.util.Optional;
import java.util.OptionalLong;

/** The cgroup path of a process, and the mount point of cgroup v2. */
public final class Cgroup2 {
  private Cgroup2() {}

  /**
   * The most telling path of /proc/PID/cgroup (cgroups(7)): that of cgroup v2, else that of
   * systemd's own hierarchy, else the longest.
   */
  public static String path(String text) {
    String unified = "";
    String named = "";
    String longest = "";
    for (String line : Fields.split(text, '\n')) {
      if (line.isEmpty()) {
        continue;
      }
      String[] fields = Fields.split(line, ':', 3);
      if (fields.length < 3) {
        throw new Unparsable("/proc/PID/cgroup", text);
      }
      String path = fields[2];
      if (fields[0].equals("0") && fields[1].isEmpty()) {
        unified = path;
      } else if (fields[1].equals("name=systemd")) {
        named = path;
      } else if (path.length() > longest.length()) {
        longest = path;
      }
    }
    if (unified.length() > 1) {
      return unified;
    }
    if (named.length() > 1) {
      return named;
    }
    return longest.length() > 1 ? longest : "/";
  }

  /** {@link #path(String)} of a process. */
  public static CallResult<String> read(Proc proc, int pid) {
    return switch (proc.text("/proc/" + pid + "/cgroup")) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(path(text));
    };
  }

  /** The mount point of the whole of cgroup2 in the text of /proc/self/mountinfo. */
  public static Optional<String> mountPoint(String mountInfo) {
    for (String line : Fields.split(mountInfo, '\n')) {
      int separator = line.indexOf(" - ");
      if (separator >= 0 && line.startsWith("cgroup2 ", separator + 3)) {
        String[] fields = Fields.split(line.substring(0, separator), ' ');
        if (fields.length >= 5 && fields[3].equals("/")) {
          return Optional.of(unescaped(fields[4]));
        }
      }
    }
    return Optional.empty();
  }

  /** Blanks in a path are octal there: {@code \040}. */
  private static String unescaped(String path) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      OptionalLong code =
          path.charAt(i) == '\\' && i + 4 <= path.length()
              ? Numeral.parse(path, i + 1, i + 4, 8)
              : OptionalLong.empty();
      text.append((char) (code.orElse(path.charAt(i)) & 0xff));
      i += code.isPresent() ? 3 : 0;
    }
    return text.toString();
  }
}

package inuse.kernel.proc;

import inuse.kernel.CallResult;
import java.util.Optional;
import java.util.OptionalLong;

/** The control group of a process, and the mount points of the hierarchies. */
public final class Cgroup2 {
  private static final String NAMED = "name=systemd";

  private Cgroup2() {}

  /**
   * A control group.
   *
   * @param hierarchy empty for cgroup v2, else its controllers or its name, as /proc/PID/cgroup has
   *     them: {@code cpu,cpuacct} or {@code name=systemd}
   */
  public record Group(String hierarchy, String path) {}

  /** {@link #group}'s path. */
  public static String path(String text) {
    return group(text).path();
  }

  /**
   * The most telling group of /proc/PID/cgroup (cgroups(7)): that of cgroup v2, else that of
   * systemd's own hierarchy, else the one with the longest path.
   */
  public static Group group(String text) {
    Group unified = new Group("", "/");
    Group named = unified;
    Group longest = unified;
    int from = 0;
    while (from < text.length()) {
      int newline = text.indexOf('\n', from);
      int end = newline < 0 ? text.length() : newline;
      int hierarchy = text.indexOf(':', from) + 1;
      int path = text.indexOf(':', hierarchy) + 1;
      if (end > from && (hierarchy == 0 || path == 0 || path > end)) {
        throw new Unparsable("/proc/PID/cgroup", text);
      }
      // A process of a host with all hierarchies has a dozen groups, and nearly all are the root.
      if (end - path > 1) {
        Group group = new Group(text.substring(hierarchy, path - 1), text.substring(path, end));
        if (text.startsWith("0::", from)) {
          unified = group;
        } else if (group.hierarchy.equals(NAMED)) {
          named = group;
        } else if (group.path.length() > longest.path.length()) {
          longest = group;
        }
      }
      from = end + 1;
    }
    if (unified.path.length() > 1) {
      return unified;
    }
    return named.path.length() > 1 ? named : longest;
  }

  /** {@link #group} of a process. */
  public static CallResult<Group> read(Proc proc, int pid) {
    return switch (proc.text("/proc/" + pid + "/cgroup")) {
      case CallResult.Failed<String>(var why) -> new CallResult.Failed<>(why);
      case CallResult.Ok<String>(String text) -> new CallResult.Ok<>(group(text));
    };
  }

  /** The mount point of the whole of cgroup2 in the text of /proc/self/mountinfo. */
  public static Optional<String> mountPoint(String mountInfo) {
    return mountPoint(mountInfo, "");
  }

  /** The mount point of the whole of a hierarchy, as {@link Group} names it. */
  public static Optional<String> mountPoint(String mountInfo, String hierarchy) {
    for (String line : Fields.split(mountInfo, '\n')) {
      int separator = line.indexOf(" - ");
      if (separator >= 0 && isOf(hierarchy, line.substring(separator + 3))) {
        String[] fields = Fields.split(line.substring(0, separator), ' ');
        if (fields.length >= 5 && fields[3].equals("/")) {
          return Optional.of(unescaped(fields[4]));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a mount with that type, source and options is of the hierarchy. */
  private static boolean isOf(String hierarchy, String mount) {
    if (hierarchy.isEmpty()) {
      return mount.startsWith("cgroup2 ");
    }
    String options = "," + mount.substring(mount.lastIndexOf(' ') + 1) + ",";
    boolean all = mount.startsWith("cgroup ");
    for (String controller : Fields.split(hierarchy, ',')) {
      all &= options.contains("," + controller + ",");
    }
    return all;
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

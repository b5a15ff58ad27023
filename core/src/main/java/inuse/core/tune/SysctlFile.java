package inuse.core.tune;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The text of our own file under /etc/sysctl.d (sysctl.d(5)). */
public final class SysctlFile {
  /** Our file, the only one that we write there. */
  public static final String PATH = "/etc/sysctl.d/60-inuse.conf";

  /** The first line of a file that we made. */
  public static final String TITLE =
      "# Written by inuse tune. To take it back: inuse tune --undo\n";

  private SysctlFile() {}

  /** The file with these values; every other line stays as it is. */
  static String with(Optional<String> before, Map<Setting, String> values) {
    Map<Setting, String> left = new LinkedHashMap<>(values);
    StringBuilder text = new StringBuilder();
    for (String line : lines(before.orElse(TITLE))) {
      Optional<Setting> setting = of(line).filter(values::containsKey);
      if (setting.isEmpty()) {
        text.append(line).append('\n');
      } else {
        // A second line about the same setting would override the first.
        String value = left.remove(setting.get());
        text.append(value == null ? "" : assignment(setting.get(), value));
      }
    }
    left.forEach((setting, value) -> text.append(assignment(setting, value)));
    return text.toString();
  }

  /**
   * The file without our lines, where it has been edited since: lines that differ from what we
   * wrote stay.
   *
   * @return empty where nothing of it is left
   */
  static Optional<String> without(
      String now, Optional<String> before, Map<Setting, String> written) {
    Map<Setting, String> former = before.map(SysctlFile::values).orElse(Map.of());
    StringBuilder text = new StringBuilder();
    boolean theirs = before.isPresent();
    for (String line : lines(now)) {
      Optional<Setting> ours =
          of(line).filter(one -> value(line).equals(Optional.ofNullable(written.get(one))));
      if (ours.isEmpty()) {
        theirs |= !line.trim().isEmpty() && !(line + "\n").equals(TITLE);
        text.append(line).append('\n');
      } else if (former.containsKey(ours.get())) {
        text.append(assignment(ours.get(), former.getOrDefault(ours.get(), "")));
      }
    }
    return theirs ? Optional.of(text.toString()) : Optional.empty();
  }

  /** The values that a sysctl file sets; the last line about each setting counts. */
  public static Map<Setting, String> values(String text) {
    Map<Setting, String> values = new LinkedHashMap<>();
    for (String line : lines(text)) {
      of(line).ifPresent(setting -> value(line).ifPresent(value -> values.put(setting, value)));
    }
    return values;
  }

  private static String assignment(Setting setting, String value) {
    return setting.key() + " = " + value + "\n";
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      end = end < 0 ? text.length() : end;
      lines.add(text.substring(from, end));
      from = end + 1;
    }
    return lines;
  }

  /** The setting that a line is about. */
  private static Optional<Setting> of(String line) {
    String plain = line.trim();
    int equals = plain.indexOf('=');
    if (equals < 0 || plain.startsWith("#") || plain.startsWith(";")) {
      return Optional.empty();
    }
    String name = plain.substring(plain.startsWith("-") ? 1 : 0, equals).trim();
    return Setting.named(name).stream()
        .filter(one -> one.key().equals(name.replace('/', '.')))
        .findFirst();
  }

  private static Optional<String> value(String line) {
    int equals = line.indexOf('=');
    return of(line).map(setting -> setting.canonical(line.substring(equals + 1)));
  }
}

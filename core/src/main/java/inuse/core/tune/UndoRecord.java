package inuse.core.tune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state before our changes, kept in a file until they are undone. The record is written before
 * the change: a process that is killed between the two leaves a record of a change that was not
 * made, never a change without a record.
 *
 * @param owner identity of the namespace, empty for the host's; a later namespace may have the same
 *     inode
 * @param before the kernel's texts, byte for byte
 * @param after what we wrote last
 * @param file what was in our file
 */
public record UndoRecord(
    Optional<String> owner,
    Map<Setting, String> before,
    Map<Setting, String> after,
    Optional<Former> file) {
  /** The directory of the records. */
  public static final String DIRECTORY = "/var/lib/inuse";

  private static final String TITLE = "inuse tune 1";
  private static final String END = "end";

  public UndoRecord {
    // Not Map.copyOf: in the executable, a lookup in an empty copy divides by zero.
    before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
    after = Collections.unmodifiableMap(new LinkedHashMap<>(after));
  }

  /**
   * Our file as it was.
   *
   * @param before empty where there was none
   * @param ours the texts that we may have written; any other text is an edit by someone else
   */
  public record Former(Optional<String> before, List<String> ours) {
    public Former {
      ours = List.copyOf(ours);
    }
  }

  /** A record without settings; only our file may have been changed, by an earlier namespace. */
  static UndoRecord of(Optional<String> owner, Optional<Former> file) {
    return new UndoRecord(owner, new LinkedHashMap<>(), new LinkedHashMap<>(), file);
  }

  /** This record for that namespace: the settings of a former one vanished with it. */
  UndoRecord of(Optional<String> other) {
    return owner.equals(other) ? this : of(other, file);
  }

  /** This record with planned changes added; the oldest former values stay. */
  UndoRecord with(TunePlan.Changes changes) {
    Map<Setting, String> earlier = new LinkedHashMap<>(before);
    Map<Setting, String> later = new LinkedHashMap<>(after);
    for (TunePlan.Write write : changes.writes()) {
      if (earlier.get(write.setting()) == null) {
        earlier.put(write.setting(), write.before());
      }
      later.put(write.setting(), write.after());
    }
    Optional<Former> former = changes.file().map(this::former).or(() -> file);
    return new UndoRecord(owner, earlier, later, former);
  }

  private Former former(TunePlan.FileChange change) {
    if (file.isEmpty()) {
      return new Former(change.before(), List.of(change.after()));
    }
    String now = change.before().orElse("");
    boolean edited = change.before().isPresent() && !file.get().ours().contains(now);
    return new Former(file.get().before(), edited ? List.of() : List.of(now, change.after()));
  }

  /** The text of the record's file. */
  String text() {
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    owner.ifPresent(one -> line(text, "owner", one));
    before.forEach((setting, value) -> line(text, "was " + setting.key(), value));
    after.forEach((setting, value) -> line(text, "set " + setting.key(), value));
    if (file.isPresent()) {
      text.append("file\n");
      file.get().before().ifPresent(content -> line(text, "content", content));
      file.get().ours().forEach(content -> line(text, "ours", content));
    }
    return text.append(END).append('\n').toString();
  }

  /** Appends one line: line ends and backslashes are escaped. */
  private static void line(StringBuilder text, String name, String value) {
    text.append(name).append(' ');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\n' -> text.append("\\n");
        case '\\' -> text.append("\\\\");
        default -> text.append(c);
      }
    }
    text.append('\n');
  }

  /** Parses a record; empty where the text is not a complete one. */
  static Optional<UndoRecord> parse(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (text.indexOf('\n', from) >= 0) {
      lines.add(text.substring(from, text.indexOf('\n', from)));
      from = text.indexOf('\n', from) + 1;
    }
    if (from != text.length()
        || lines.size() < 2
        || !lines.getFirst().equals(TITLE)
        || !lines.getLast().equals(END)) {
      return Optional.empty();
    }
    Reader reader = new Reader();
    return lines.subList(1, lines.size() - 1).stream().allMatch(reader::take)
        ? Optional.of(reader.whole())
        : Optional.empty();
  }

  private static final class Reader {
    private Optional<String> owner = Optional.empty();
    private final Map<Setting, String> before = new LinkedHashMap<>();
    private final Map<Setting, String> after = new LinkedHashMap<>();
    private boolean file;
    private Optional<String> content = Optional.empty();
    private final List<String> ours = new ArrayList<>();

    boolean take(String line) {
      int blank = line.indexOf(' ');
      String name = blank < 0 ? line : line.substring(0, blank);
      String value = blank < 0 ? "" : line.substring(blank + 1);
      switch (name) {
        case "owner" -> owner = Optional.of(plain(value));
        case "was" -> {
          return put(before, value);
        }
        case "set" -> {
          return put(after, value);
        }
        case "file" -> file = true;
        case "content" -> content = Optional.of(plain(value));
        case "ours" -> ours.add(plain(value));
        default -> {
          return false;
        }
      }
      return true;
    }

    private static boolean put(Map<Setting, String> into, String words) {
      int blank = words.indexOf(' ');
      List<Setting> named = Setting.named(blank < 0 ? words : words.substring(0, blank));
      if (blank < 0 || named.size() != 1) {
        return false;
      }
      into.put(named.getFirst(), plain(words.substring(blank + 1)));
      return true;
    }

    private static String plain(String value) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '\\' && i + 1 < value.length()) {
          i++;
          text.append(value.charAt(i) == 'n' ? '\n' : value.charAt(i));
        } else {
          text.append(c);
        }
      }
      return text.toString();
    }

    UndoRecord whole() {
      return new UndoRecord(
          owner, before, after, file ? Optional.of(new Former(content, ours)) : Optional.empty());
    }
  }
}

package inuse.kernel.proc;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a text. What {@link String#split} does for one character, without the regular
 * expression that the executable makes of even that: its tables alone cost a short run two percent.
 */
public final class Fields {
  private Fields() {}

  /** The parts between the separators, empty ones too: one more than there are separators. */
  public static String[] split(String text, char separator) {
    return split(text, separator, Integer.MAX_VALUE);
  }

  /**
   * At most so many parts; the last one has the rest, separators and all.
   *
   * @param most at least one
   */
  public static String[] split(String text, char separator, int most) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    int end = text.indexOf(separator);
    while (end >= 0 && parts.size() < most - 1) {
      parts.add(text.substring(from, end));
      from = end + 1;
      end = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts.toArray(new String[parts.size()]);
  }
}

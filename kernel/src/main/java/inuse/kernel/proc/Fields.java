package inuse.kernel.proc;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a text. Like {@link String#split} for one character, but without the regular
 * expression that the executable would compile even for that: its tables alone cost a short run two
 * percent.
 */
public final class Fields {
  private Fields() {}

  /** The parts between the separators, empty ones too: one more than there are separators. */
  public static String[] split(String text, char separator) {
    return split(text, separator, Integer.MAX_VALUE);
  }

  /**
   * Up to {@code most} parts; the last one has the rest, including its separators.
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

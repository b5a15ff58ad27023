package inuse.render;

import inuse.core.list.Expectation.Difference;
import inuse.core.list.Expectation.Entry;
import java.util.List;

/** How what is bound differs from what should be, a line each. */
public final class ExpectationText {
  private ExpectationText() {}

  /** The lines. */
  public static String of(List<Difference> differences) {
    StringBuilder text = new StringBuilder();
    differences.forEach(one -> text.append(line(one)).append('\n'));
    return text.toString();
  }

  /** The word of a kind of difference, for programs. */
  static String kind(Difference difference) {
    return switch (difference) {
      case Difference.Missing missing -> "missing";
      case Difference.Unexpected unexpected -> "new";
      case Difference.AnotherProgram another -> "program";
      case Difference.AnotherReach another -> "reach";
    };
  }

  private static String line(Difference difference) {
    return kind(difference)
        + ": "
        + switch (difference) {
          case Difference.Missing(Entry expected) -> whole(expected);
          case Difference.Unexpected(Entry found) -> whole(found);
          case Difference.AnotherProgram(Entry expected, Entry found) ->
              whole(found) + ", not " + Escape.text(expected.program());
          case Difference.AnotherReach(Entry expected, Entry found) ->
              whole(found) + ", not " + expected.reach();
        };
  }

  private static String whole(Entry entry) {
    return entry.protocol()
        + " "
        + Escape.text(entry.place())
        + ", "
        + Escape.text(entry.program())
        + ", "
        + entry.reach();
  }
}

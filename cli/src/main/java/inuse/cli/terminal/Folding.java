package inuse.cli.terminal;

/**
 * Breaks lines that are wider than the terminal. It would break them itself, at a place that others
 * can choose by the length of their words, and what they wrote behind it would begin a line like
 * one of ours.
 */
final class Folding {
  /** What a line that goes on begins with, on a terminal that has room for it. */
  private static final String MARK = "       > ";

  private static final String SHORT_MARK = "> ";
  private static final int NARROW = 4 * MARK.length();
  private static final char ESCAPE = '\u001b';

  private Folding() {}

  /**
   * The text in lines of at most that many columns, or a few more where there are hardly any;
   * broken behind a blank where one is near. Characters other than ASCII count as two columns,
   * which is the most that one takes.
   */
  static String of(String text, int columns) {
    String mark = columns < NARROW ? SHORT_MARK : MARK;
    int width = Math.max(columns, SHORT_MARK.length() + 2);
    StringBuilder out = new StringBuilder(text.length());
    int column = 0;
    int blank = 0;
    int columnAtBlank = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int length = point == ESCAPE ? colour(text, at) : Character.charCount(point);
      int wide = point == ESCAPE ? 0 : point < 0x80 ? 1 : 2;
      if (point == '\n' || point == '\r') {
        column = -wide;
        columnAtBlank = 0;
      } else if (column + wide > width) {
        boolean near = columns >= NARROW && columnAtBlank > width / 2;
        out.insert(near ? blank : out.length(), "\n" + mark);
        column = mark.length() + (near ? column - columnAtBlank : 0);
        columnAtBlank = 0;
      }
      out.append(text, at, at + length);
      column += wide;
      at += length;
      if (point == ' ') {
        blank = out.length();
        columnAtBlank = column;
      }
    }
    return out.toString();
  }

  /** The length of a control sequence of ours, up to its letter (ECMA-48, 5.4). */
  private static int colour(String text, int at) {
    int end = at + 2;
    while (end < text.length() && text.charAt(end) < '@') {
      end++;
    }
    return Math.min(end + 1, text.length()) - at;
  }
}

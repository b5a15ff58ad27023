package inuse.render;

/**
 * A command line in lines of a terminal's width, each but the last with a backslash at its end: a
 * shell puts them together again.
 */
final class ShellLines {
  private static final char QUOTE = '\'';

  /** What a break inside quotes takes: a quote and a backslash, and the quote of the next line. */
  private static final int BREAK = 2;

  private final StringBuilder out = new StringBuilder();
  private final int columns;
  private final int margin;
  private int column;

  private ShellLines(int columns, int margin) {
    this.columns = columns;
    this.margin = margin;
    column = margin;
  }

  /**
   * The lines; all but the first begin below the margin, or at the left edge where a word goes on.
   *
   * @param line with words quoted as {@link Escape#shell} does
   * @param margin columns before the first line
   */
  static String of(String line, int columns, int margin) {
    return new ShellLines(columns, margin).broken(line);
  }

  private String broken(String line) {
    for (int from = 0; from < line.length(); ) {
      int end = wordEnd(line, from);
      String word = line.substring(from, end);
      boolean last = end == line.length();
      if (column > margin && column + 1 + width(word) + (last ? 0 : BREAK) > columns) {
        out.append(" \\\n").append(" ".repeat(margin));
        column = margin;
      } else if (from > 0) {
        out.append(' ');
        column++;
      }
      word(word, last);
      from = end + 1;
    }
    return out.toString();
  }

  /** Appends a word, in pieces where it is wider than what is left of the line. */
  private void word(String word, boolean last) {
    boolean quoted = false;
    for (int at = 0; at < word.length(); ) {
      int length = unit(word, at, quoted);
      int wide = width(word.substring(at, at + length));
      boolean ends = last && at + length == word.length();
      if (column + wide + (ends ? 0 : BREAK) > columns && column > 1) {
        out.append(quoted ? "'\\\n'" : "\\\n");
        column = quoted ? 1 : 0;
      }
      out.append(word, at, at + length);
      column += wide;
      if (word.charAt(at) == QUOTE) {
        quoted = !quoted;
      }
      at += length;
    }
  }

  /** The length of what must not be broken: a character, or a backslash with the one it escapes. */
  private static int unit(String word, int at, boolean quoted) {
    boolean escape = !quoted && word.charAt(at) == '\\' && at + 1 < word.length();
    int first = Character.charCount(word.codePointAt(at));
    return escape ? first + Character.charCount(word.codePointAt(at + 1)) : first;
  }

  private static int wordEnd(String line, int from) {
    boolean quoted = false;
    int at = from;
    while (at < line.length() && (quoted || line.charAt(at) != ' ')) {
      if (line.charAt(at) == QUOTE) {
        quoted = !quoted;
      }
      at += unit(line, at, quoted);
    }
    return Math.min(at, line.length());
  }

  /** Columns; a character other than ASCII takes two at most. */
  private static int width(String text) {
    return (int) text.codePoints().mapToLong(point -> point < 0x80 ? 1 : 2).sum();
  }
}

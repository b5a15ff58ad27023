package inuse.cli.live;

import java.util.Arrays;

/** What a screen shows: characters in cells. What does not fit is not drawn. */
final class Frame {
  private static final char ESC = '\u001b';

  /** Cells that are drawn again rather than left out: to go elsewhere takes as much. */
  private static final int NEAR = 8;

  /** A cell that the character before it takes too. */
  private static final int TAKEN = 0;

  private final int columns;
  private final int rows;
  private final int[] points;
  private final Style[] styles;

  Frame(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    points = new int[columns * rows];
    styles = new Style[columns * rows];
    Arrays.fill(points, ' ');
    Arrays.fill(styles, Style.PLAIN);
  }

  int columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  /** Draws text; returns the column behind it. */
  int put(int row, int column, String text, Style style) {
    if (row < 0 || row >= rows) {
      return column;
    }
    int at = column;
    Style now = style;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (point == ESC) {
        int end = end(text, i);
        now = style(text.substring(i, end), now, style);
        i = end;
        continue;
      }
      i += Character.charCount(point);
      int width = TextWidth.of(point);
      if (at + width > columns) {
        return columns;
      }
      if (at >= 0) {
        set(row, at, point, now);
      }
      if (at >= 0 && width == 2) {
        set(row, at + 1, TAKEN, now);
      }
      at += width;
    }
    return at;
  }

  private void set(int row, int column, int point, Style style) {
    int at = row * columns + column;
    if (points[at] == TAKEN && point != TAKEN && column > 0) {
      // Half of a wide character cannot be shown.
      points[at - 1] = ' ';
    }
    if (column + 1 < columns && points[at + 1] == TAKEN) {
      points[at + 1] = ' ';
    }
    points[at] = point < ' ' && point != TAKEN ? '?' : point;
    styles[at] = style;
  }

  /** Draws the rest of a row's cells blank, in that style. */
  void fill(int row, int column, Style style) {
    if (row >= 0 && row < rows && column < columns) {
      put(row, column, " ".repeat(columns - column), style);
    }
  }

  /** Where that text ends in so many columns: behind a blank if there is one in the second half. */
  static int fitting(String text, int columns) {
    int at = 0;
    int column = 0;
    int blank = 0;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      int next = point == ESC ? end(text, at) : at + Character.charCount(point);
      column += point == ESC ? 0 : TextWidth.of(point);
      if (column > columns && at > 0) {
        return blank > 0 ? blank : at;
      }
      at = next;
      blank = point == ' ' && column > columns / 2 ? at : blank;
    }
    return at;
  }

  /** The end of a control sequence of ours. */
  private static int end(String text, int at) {
    int end = at + 2;
    while (end < text.length() && (text.charAt(end) < '@' || text.charAt(end) > '~')) {
      end++;
    }
    return Math.min(end + 1, text.length());
  }

  /** The style behind a control sequence; where it ends one, that of the text goes on. */
  private static Style style(String sequence, Style before, Style base) {
    Style style = before;
    int number = 0;
    for (int i = 2; i < sequence.length(); i++) {
      char one = sequence.charAt(i);
      if (one >= '0' && one <= '9') {
        number = Math.min(10 * number + one - '0', 1000);
      } else {
        style = number == 0 ? base : style.after(number);
        number = 0;
      }
    }
    return style;
  }

  /**
   * Control sequences that make this of what a terminal shows.
   *
   * @param before what it shows, in the same size; else all is drawn
   */
  String since(Frame before, boolean colourful) {
    StringBuilder out = new StringBuilder();
    boolean all = before.columns != columns || before.rows != rows;
    if (all) {
      out.append("\u001b[0m\u001b[2J");
    }
    Frame shown = all ? new Frame(columns, rows) : before;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if (!isAlike(shown, row, column)) {
          column = run(out, shown, row, column, colourful);
        }
      }
    }
    return out.isEmpty() ? "" : out.append("\u001b[0m").toString();
  }

  /** Whether none of so many cells from there on has changed. */
  private boolean isAlike(Frame other, int row, int column, int cells) {
    for (int i = column; i < Math.min(columns, column + cells); i++) {
      if (!isAlike(other, row, i)) {
        return false;
      }
    }
    return true;
  }

  private boolean isAlike(Frame other, int row, int column) {
    int at = row * columns + column;
    return points[at] == other.points[at] && styles[at].equals(other.styles[at]);
  }

  /** Draws cells up to one that need not be; returns the last of them. */
  private int run(StringBuilder out, Frame shown, int row, int from, boolean colourful) {
    int column = from;
    while (column > 0 && points[row * columns + column] == TAKEN) {
      column--;
    }
    place(out, row, column);
    Style style = styles[row * columns + column];
    out.append(style.sequence(colourful));
    boolean sure = true;
    for (; column <= from || !isAlike(shown, row, column, NEAR); column++) {
      int at = row * columns + column;
      if (points[at] == TAKEN) {
        continue;
      }
      if (!sure) {
        place(out, row, column);
        sure = true;
      }
      if (!styles[at].equals(style)) {
        style = styles[at];
        out.append(style.sequence(colourful));
      }
      if (points[at] >= 0x80) {
        // A terminal may give it another width than we do: the next has its place all the same.
        sure = false;
        if (TextWidth.of(points[at]) == 2) {
          out.append("  ");
          place(out, row, column);
        }
      }
      out.appendCodePoint(points[at]);
    }
    return column - 1;
  }

  private static void place(StringBuilder out, int row, int column) {
    out.append("\u001b[").append(row + 1).append(';').append(column + 1).append('H');
  }

  /** The characters, a line each, without the blanks at its end; for tests. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        int point = points[row * columns + column];
        if (point != TAKEN) {
          line.appendCodePoint(point);
        }
      }
      int end = line.length();
      while (end > 0 && line.charAt(end - 1) == ' ') {
        end--;
      }
      text.append(line, 0, end).append('\n');
    }
    return text.toString();
  }
}

package inuse.cli.live;

import java.util.Arrays;

/**
 * What a terminal shows that obeys the control sequences of a {@link Frame}, and no others. Its
 * characters are as wide as it says, whatever a frame thinks.
 */
final class ScreenReader {
  private final int columns;
  private final int rows;
  private final String[] cells;
  private final boolean wideIsOne;
  private String style = "";
  private int row;
  private int column;

  ScreenReader(int columns, int rows, boolean wideIsOne) {
    this.columns = columns;
    this.rows = rows;
    this.wideIsOne = wideIsOne;
    cells = new String[columns * rows];
    Arrays.fill(cells, " ");
  }

  void show(String sequences) {
    for (int at = 0; at < sequences.length(); ) {
      int point = sequences.codePointAt(at);
      if (point == '\u001b') {
        int end = at + 2;
        while (Character.isDigit(sequences.charAt(end)) || sequences.charAt(end) == ';') {
          end++;
        }
        obey(sequences.charAt(end), sequences.substring(at + 2, end));
        at = end + 1;
      } else {
        if (point < ' ') {
          throw new AssertionError("a control character: " + point);
        }
        write(point);
        at += Character.charCount(point);
      }
    }
  }

  private void obey(char last, String parameters) {
    switch (last) {
      case 'H' -> {
        String[] place = parameters.split(";", -1);
        row = Integer.parseInt(place[0]) - 1;
        column = Integer.parseInt(place[1]) - 1;
        if (row >= rows || column >= columns) {
          throw new AssertionError("outside: " + parameters);
        }
      }
      case 'm' -> style = parameters.equals("0") ? "" : parameters;
      case 'J' -> Arrays.fill(cells, " ");
      default -> throw new AssertionError("unknown: " + last);
    }
  }

  private void write(int point) {
    boolean wide = point >= 0x1100 && !wideIsOne && TextWidth.of(point) == 2;
    if (column + (wide ? 2 : 1) > columns) {
      throw new AssertionError("behind the right edge");
    }
    erase(column);
    cells[row * columns + column] = Character.toString(point) + style;
    column++;
    if (wide) {
      erase(column);
      cells[row * columns + column] = "";
      column++;
    }
  }

  /** Writing over one half of a wide character takes the other away. */
  private void erase(int at) {
    int cell = row * columns + at;
    if (cells[cell].isEmpty() && at > 0) {
      cells[cell - 1] = " ";
    }
    if (at + 1 < columns && cells[cell + 1].isEmpty()) {
      cells[cell + 1] = " ";
    }
  }

  /** The characters, a line each, without the blanks at its end. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < rows; line++) {
      StringBuilder one = new StringBuilder();
      for (int at = 0; at < columns; at++) {
        String cell = cells[line * columns + at];
        one.append(cell.isEmpty() ? "" : Character.toString(cell.codePointAt(0)));
      }
      text.append(one.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  String[] cells() {
    return cells.clone();
  }
}

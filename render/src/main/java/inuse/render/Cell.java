package inuse.render;

/** The text of a cell of a table, and the columns of a screen that it takes. */
final class Cell {
  /** What stands where something is left out. */
  static final String CUT = "..";

  private Cell() {}

  static String padded(String text, int width, boolean right) {
    String blanks = " ".repeat(Math.max(0, width - width(text)));
    return right ? blanks + text : text + blanks;
  }

  /** Columns that a text takes at most: others than ASCII count as two. */
  static int width(String text) {
    int width = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      width += point < 0x80 ? 1 : 2;
      at += Character.charCount(point);
    }
    return width;
  }

  static String end(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    int end = 0;
    int taken = CUT.length();
    while (end < text.length()) {
      int point = text.codePointAt(end);
      taken += point < 0x80 ? 1 : 2;
      if (taken > width) {
        break;
      }
      end += Character.charCount(point);
    }
    return text.substring(0, beforeNumber(text, end)) + CUT;
  }

  /** Where a text may end at that place without what may seem the first digits of a number. */
  private static int beforeNumber(String text, int end) {
    int start = end;
    while (start > 0 && isOfNumber(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static boolean isOfNumber(char one) {
    return (one >= '0' && one <= '9') || one == '.' || one == ':';
  }

  /** The end of a path tells more than its beginning. */
  static String front(String text, int width) {
    int from = 0;
    int taken = width(text) + CUT.length();
    if (width(text) <= width) {
      return text;
    }
    while (from < text.length() && taken > width) {
      int point = text.codePointAt(from);
      taken -= point < 0x80 ? 1 : 2;
      from += Character.charCount(point);
    }
    return CUT + text.substring(from);
  }
}

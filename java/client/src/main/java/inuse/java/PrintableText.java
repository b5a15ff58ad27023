package inuse.java;

/** Text of other processes, made safe for a terminal and a log. */
final class PrintableText {
  private PrintableText() {}

  /**
   * With control characters, line separators, marks of direction and lone surrogates escaped, as
   * {@code inuse} itself writes them: {@code \x1b}, {@code \}{@code u{202e}}.
   */
  static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(printable, c));
    return printable.toString();
  }

  private static void append(StringBuilder printable, int c) {
    if (!isEscaped(c)) {
      printable.appendCodePoint(c);
    } else if (c < 0x80) {
      printable.append("\\x").append(Character.forDigit(c >> 4, 16));
      printable.append(Character.forDigit(c & 15, 16));
    } else {
      printable.append("\\u{").append(Integer.toHexString(c)).append('}');
    }
  }

  private static boolean isEscaped(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}

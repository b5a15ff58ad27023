package inuse.cli.live;

/**
 * How a cell is drawn (ECMA-48, 8.3.117).
 *
 * @param colour 31 to 37, zero for the terminal's own
 */
record Style(boolean bold, boolean dim, boolean reverse, int colour) {
  static final Style PLAIN = new Style(false, false, false, 0);
  static final Style BOLD = new Style(true, false, false, 0);
  static final Style DIM = new Style(false, true, false, 0);
  static final Style REVERSE = new Style(false, false, true, 0);

  static final int GREEN = 32;
  static final int YELLOW = 33;

  /** The same in a colour. */
  Style in(int other) {
    return new Style(bold, dim, reverse, other);
  }

  /** The same where the chosen row is. */
  Style chosen() {
    return new Style(bold, dim, true, colour);
  }

  /** The style after one number of a control sequence; what is not known changes nothing. */
  Style after(int number) {
    return switch (number) {
      case 0 -> PLAIN;
      case 1 -> new Style(true, dim, reverse, colour);
      case 2 -> new Style(bold, true, reverse, colour);
      case 7 -> new Style(bold, dim, true, colour);
      default -> number > 30 && number < 38 ? in(number) : this;
    };
  }

  /** The control sequence that begins it, whatever was before. */
  String sequence(boolean colourful) {
    return "\u001b[0"
        + (bold ? ";1" : "")
        + (dim ? ";2" : "")
        + (reverse ? ";7" : "")
        + (colourful && colour != 0 ? ";" + colour : "")
        + "m";
  }
}

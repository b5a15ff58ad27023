package inuse.render;

/** Control sequences of ECMA-48 that every terminal knows. */
final class Style {
  static final String BOLD = "\u001b[1m";
  static final String DIM = "\u001b[2m";
  static final String RED = "\u001b[31m";
  static final String GREEN = "\u001b[32m";
  static final String YELLOW = "\u001b[33m";
  static final String PLAIN = "\u001b[0m";

  private Style() {}
}

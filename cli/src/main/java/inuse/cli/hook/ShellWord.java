package inuse.cli.hook;

import java.util.List;

/**
 * A word of a command line, before the shell expands it.
 *
 * @param isQuoted whether some of it stood in quotes, so that it is no keyword
 */
record ShellWord(List<Part> parts, boolean isQuoted) {
  ShellWord {
    parts = List.copyOf(parts);
  }

  /** A piece of a word. */
  sealed interface Part {
    /** Text that stays as it is. */
    record Literal(String text) implements Part {}

    /**
     * A variable.
     *
     * @param expression as it was written, such as {@code ${PORT:-3000}}
     */
    record Variable(String name, String expression) implements Part {}

    /** What another command line prints, as a text or as a file. */
    record Printed(ShellLine line) implements Part {}
  }

  /** Its text where nothing in it is expanded; else empty. */
  String literal() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (!(part instanceof Part.Literal(String piece))) {
        return "";
      }
      text.append(piece);
    }
    return text.toString();
  }
}

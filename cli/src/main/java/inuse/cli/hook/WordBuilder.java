package inuse.cli.hook;

import inuse.cli.hook.ShellLine.Token;
import inuse.cli.hook.ShellWord.Part;
import java.util.ArrayList;
import java.util.List;

/** A word that is being read. */
final class WordBuilder {
  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private boolean quoted;

  void append(char c) {
    literal.append(c);
  }

  void append(String text) {
    literal.append(text);
  }

  void quoted() {
    quoted = true;
  }

  void add(Part part) {
    flush();
    parts.add(part);
  }

  /** {@code pids=}, behind which an array may follow. */
  boolean endsWithEquals() {
    return literal.length() > 1 && literal.charAt(literal.length() - 1) == '=';
  }

  /** The words of an array, as if they stood in quotes with blanks between them. */
  void addArray(ShellLine line) {
    for (Token token : line.tokens()) {
      if (token instanceof Token.Word(ShellWord word)) {
        flush();
        parts.addAll(word.parts());
        literal.append(' ');
      }
    }
  }

  private void flush() {
    if (!literal.isEmpty()) {
      parts.add(new Part.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  boolean isEmpty() {
    return parts.isEmpty() && literal.isEmpty() && !quoted;
  }

  ShellWord word() {
    flush();
    return new ShellWord(parts, quoted);
  }
}

package inuse.cli.hook;

import java.util.List;

/** A command line, or several, as words and what stands between them. */
record ShellLine(List<Token> tokens) {
  ShellLine {
    tokens = List.copyOf(tokens);
  }

  /** One thing of a line. */
  sealed interface Token {
    /** A word. */
    record Word(ShellWord word) implements Token {}

    /** {@code |}, {@code &&}, {@code ;}, a parenthesis, or the end of a line. */
    record Operator(String text) implements Token {}

    /**
     * A redirection.
     *
     * @param operator such as {@code <}, {@code <<<} or {@code >}; {@code <<} has the text itself
     * @param descriptor of which one; empty for the usual one
     */
    record Redirection(String operator, String descriptor, ShellWord word) implements Token {}
  }
}

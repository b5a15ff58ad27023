package inuse.cli.hook;

import inuse.cli.hook.ShellLine.Token;
import inuse.cli.hook.ShellWord.Part;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a command line apart as a POSIX shell or bash does (XCU 2.2, 2.3), as far as it matters
 * which commands are run and where their input comes from. The time is proportional to the length.
 */
final class ShellReader {
  /** Substitutions within each other; unlimited recursion would crash the executable. */
  private static final int MAX_DEPTH = 12;

  /** Variables whose name is one character. */
  private static final String SPECIAL = "@*#?$!-0123456789";

  private final ShellCursor cursor;
  private final List<Heredoc> waiting = new ArrayList<>();
  private int depth;

  /** A text whose lines are still to come: where its redirection stands, and what it ends at. */
  private record Heredoc(List<Token> tokens, int index, String delimiter, boolean dropsTabs) {}

  private ShellReader(String text, int depth) {
    cursor = new ShellCursor(text);
    this.depth = depth;
  }

  /** The line; empty where a shell could not read it. */
  static Optional<ShellLine> read(String text) {
    return read(text, 0);
  }

  private static Optional<ShellLine> read(String text, int depth) {
    ShellReader reader = new ShellReader(text, depth);
    ShellLine line = reader.line(ShellCursor.END);
    return reader.cursor.isBroken() ? Optional.empty() : Optional.of(line);
  }

  /** Tokens up to the character that closes them, which is taken. */
  private ShellLine line(char closes) {
    List<Token> tokens = new ArrayList<>();
    int open = 0;
    depth++;
    if (depth > MAX_DEPTH) {
      cursor.fail();
    }
    while (!cursor.isBroken()) {
      cursor.blanks();
      if (open == 0 && (closes == ShellCursor.END ? cursor.isAtEnd() : cursor.peek() == closes)) {
        cursor.skip(1);
        depth--;
        return new ShellLine(tokens);
      }
      Optional<String> operator = cursor.operator();
      if (cursor.isAtEnd()) {
        cursor.fail();
      } else if (cursor.redirection().isPresent()) {
        redirect(tokens, "");
      } else if (operator.isPresent()) {
        cursor.skip(operator.get().length());
        open += parenthesis(operator.get(), open);
        tokens.add(new Token.Operator(operator.get()));
      } else {
        word(tokens);
      }
    }
    return new ShellLine(List.of());
  }

  /** How many parentheses an operator opens; behind the end of a line its texts are read. */
  private int parenthesis(String operator, int open) {
    return switch (operator) {
      case "(" -> 1;
      case ")" -> open > 0 ? -1 : 0;
      case "\n" -> {
        heredocs();
        yield 0;
      }
      default -> 0;
    };
  }

  /** A word, or the digits before a redirection. */
  private void word(List<Token> tokens) {
    ShellWord word = word();
    boolean isDescriptor =
        Numbers.isDigits(word.literal())
            && !word.isQuoted()
            && (cursor.isAt("<") || cursor.isAt(">"))
            && cursor.redirection().isPresent();
    if (isDescriptor) {
      redirect(tokens, word.literal());
    } else {
      tokens.add(new Token.Word(word));
    }
  }

  private void redirect(List<Token> tokens, String descriptor) {
    String operator = cursor.redirection().orElse("");
    cursor.skip(operator.length());
    cursor.blanks();
    ShellWord target = word();
    boolean isText = operator.equals("<<") || operator.equals("<<-");
    if (isText) {
      waiting.add(new Heredoc(tokens, tokens.size(), target.literal(), operator.equals("<<-")));
    }
    tokens.add(new Token.Redirection(isText ? "<<" : operator, descriptor, target));
  }

  /** The texts that begin at the line that begins here. */
  private void heredocs() {
    for (Heredoc heredoc : waiting) {
      StringBuilder body = new StringBuilder();
      boolean ended = false;
      while (!ended && !cursor.isAtEnd()) {
        String line = cursor.line();
        int from = 0;
        while (heredoc.dropsTabs && line.startsWith("\t", from)) {
          from++;
        }
        ended = line.substring(from).equals(heredoc.delimiter);
        body.append(ended ? "" : line.substring(from) + "\n");
      }
      ShellWord word = new ShellWord(List.of(new Part.Literal(body.toString())), true);
      heredoc.tokens.set(heredoc.index, new Token.Redirection("<<", "", word));
    }
    waiting.clear();
  }

  private ShellWord word() {
    WordBuilder word = new WordBuilder();
    while (!cursor.isBroken() && !cursor.isAtWordEnd()) {
      char c = cursor.peek();
      if (c == '\\') {
        escaped(word);
        word.quoted();
      } else if (c == '\'' || cursor.isAt("$'")) {
        cursor.skip(c == '$' ? 2 : 1);
        word.append(cursor.until("'"));
        word.quoted();
      } else if (c == '"' || cursor.isAt("$\"")) {
        cursor.skip(c == '$' ? 2 : 1);
        inQuotes(word);
        word.quoted();
      } else if (cursor.isAtFile()) {
        cursor.skip(2);
        word.add(new Part.Printed(line(')')));
      } else if (c == '(' && word.endsWithEquals()) {
        cursor.skip(1);
        word.addArray(line(')'));
      } else {
        character(word);
      }
    }
    if (word.isEmpty()) {
      cursor.fail();
    }
    return word.word();
  }

  private void inQuotes(WordBuilder word) {
    while (!cursor.isBroken() && cursor.peek() != '"') {
      if (cursor.isAtEnd()) {
        cursor.fail();
      } else if (cursor.peek() == '\\' && "$`\"\\\n".indexOf(cursor.peek(1)) >= 0) {
        escaped(word);
      } else {
        character(word);
      }
    }
    cursor.skip(1);
  }

  /** What a backslash stands before; a line's end is none. */
  private void escaped(WordBuilder word) {
    cursor.skip(1);
    if (cursor.peek() != '\n' && !cursor.isAtEnd()) {
      word.append(cursor.peek());
    }
    cursor.skip(1);
  }

  /** A character that is no quote, or what begins with a dollar or a backquote. */
  private void character(WordBuilder word) {
    if (cursor.peek() == '`') {
      backquoted(word);
    } else if (cursor.isAt("$((")) {
      cursor.until("))");
      word.add(new Part.Variable("", ""));
    } else if (cursor.isAt("$(")) {
      cursor.skip(2);
      word.add(new Part.Printed(line(')')));
    } else if (cursor.isAt("${")) {
      cursor.skip(2);
      braces(word, cursor.until("}"));
    } else if (cursor.peek() == '$') {
      cursor.skip(1);
      variable(word);
    } else {
      word.append(cursor.peek());
      cursor.skip(1);
    }
  }

  private void backquoted(WordBuilder word) {
    StringBuilder inside = new StringBuilder();
    cursor.skip(1);
    while (cursor.peek() != '`' && !cursor.isAtEnd()) {
      boolean escapes = cursor.peek() == '\\' && "`\\$".indexOf(cursor.peek(1)) >= 0;
      cursor.skip(escapes ? 1 : 0);
      inside.append(cursor.peek());
      cursor.skip(1);
    }
    Optional<ShellLine> line = cursor.isAtEnd() ? Optional.empty() : read(inside.toString(), depth);
    cursor.skip(1);
    line.ifPresentOrElse(one -> word.add(new Part.Printed(one)), cursor::fail);
  }

  /** {@code ${PORT:-3000}}, {@code ${pids[@]}}. */
  private static void braces(WordBuilder word, String inside) {
    int stop = 0;
    while (stop < inside.length() && isName(inside.charAt(stop), "_@*")) {
      stop++;
    }
    word.add(new Part.Variable(inside.substring(0, stop), "${" + inside + "}"));
  }

  private void variable(WordBuilder word) {
    StringBuilder name = new StringBuilder();
    if (SPECIAL.indexOf(cursor.peek()) >= 0) {
      name.append(cursor.peek());
      cursor.skip(1);
    }
    boolean isSpecial = !name.isEmpty();
    while (!isSpecial && !cursor.isAtEnd() && isName(cursor.peek(), "_")) {
      name.append(cursor.peek());
      cursor.skip(1);
    }
    if (name.isEmpty()) {
      word.append('$');
    } else {
      word.add(new Part.Variable(name.toString(), "$" + name));
    }
  }

  private static boolean isName(char c, String marks) {
    return Untrusted.isPlain(String.valueOf(c), marks);
  }
}

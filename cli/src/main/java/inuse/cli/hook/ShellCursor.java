package inuse.cli.hook;

import java.util.List;
import java.util.Optional;

/** A place in the text of a command line that is read from its beginning. */
final class ShellCursor {
  static final char END = '\uffff';

  /** Characters that end a word. */
  private static final String META = " \t\n;&|()<>";

  /** Longer ones first. */
  private static final List<String> OPERATORS =
      List.of("&&", "||", "|&", ";;", ";", "&", "|", "(", ")", "\n");

  private static final List<String> REDIRECTIONS =
      List.of("&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">");

  private final String text;
  private int at;
  private boolean broken;

  ShellCursor(String text) {
    this.text = text;
  }

  /** Whether a shell could not read it. */
  boolean isBroken() {
    return broken;
  }

  boolean isAtEnd() {
    return at >= text.length();
  }

  void fail() {
    broken = true;
    at = text.length();
  }

  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : END;
  }

  boolean isAt(String mark) {
    return text.startsWith(mark, at);
  }

  void skip(int characters) {
    at = Math.min(at + characters, text.length());
  }

  /** The text before a mark, which is skipped too; fails where there is none. */
  String until(String mark) {
    int end = text.indexOf(mark, at);
    if (end < 0) {
      fail();
      return "";
    }
    String before = text.substring(at, end);
    at = end + mark.length();
    return before;
  }

  /** The line that begins here, without its end, which is skipped. */
  String line() {
    int end = text.indexOf('\n', at);
    String line = text.substring(at, end < 0 ? text.length() : end);
    skip(line.length() + 1);
    return line;
  }

  /** Skips blanks, comments and lines that are joined. */
  void blanks() {
    while (true) {
      char c = peek();
      if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (isAt("\\\n")) {
        at += 2;
      } else if (c == '#' && (at == 0 || META.indexOf(text.charAt(at - 1)) >= 0)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  /** Whether the input or output of a command begins here, as the name of a file. */
  boolean isAtFile() {
    return isAt("<(") || isAt(">(");
  }

  /** Whether no word goes on here; behind an equals sign a parenthesis begins an array. */
  boolean isAtWordEnd() {
    boolean isArray = peek() == '(' && at > 0 && text.charAt(at - 1) == '=';
    return isAtEnd() || (META.indexOf(peek()) >= 0 && !isAtFile() && !isArray);
  }

  /** The operator that begins here. */
  Optional<String> operator() {
    return first(OPERATORS);
  }

  /** The redirection that begins here; a file of a process is a word. */
  Optional<String> redirection() {
    return isAtFile() ? Optional.empty() : first(REDIRECTIONS);
  }

  private Optional<String> first(List<String> marks) {
    for (String mark : marks) {
      if (isAt(mark)) {
        return Optional.of(mark);
      }
    }
    return Optional.empty();
  }
}

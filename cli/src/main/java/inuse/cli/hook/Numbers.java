package inuse.cli.hook;

import inuse.core.evidence.Port;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;

/** Ports in the words of other tools. */
final class Numbers {
  /** The shortest number that is taken for a port where nothing says that it is one. */
  private static final int BARE_DIGITS = 4;

  /** Stands for a port that is not known, as in the help. */
  static final String PORT = "PORT";

  private Numbers() {}

  static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(one -> one >= '0' && one <= '9');
  }

  static boolean isPort(String text) {
    return isDigits(text)
        && text.length() <= 5
        && Integer.parseInt(text) > 0
        && Integer.parseInt(text) <= Port.MAX;
  }

  /**
   * The ports of a list such as {@code 3000}, {@code 3000-3010}, {@code {3000,3001}}, {@code http}
   * or {@code $PORT}, as targets of inuse; none where it is something else.
   */
  static List<String> targets(String list, String protocol) {
    boolean isVariable = list.startsWith("$");
    String inside =
        !isVariable && list.startsWith("{") && list.endsWith("}")
            ? list.substring(1, list.length() - 1).replace("..", "-")
            : list;
    List<String> targets = new ArrayList<>();
    for (String part : isVariable ? List.of(list) : Words.split(inside, ",")) {
      if (!isTarget(part)) {
        return List.of();
      }
      targets.add(isVariable ? variable(part, protocol) : protocol + part);
    }
    return targets;
  }

  private static boolean isTarget(String part) {
    int dash = part.indexOf('-');
    boolean isRange =
        dash > 0 && isPort(part.substring(0, dash)) && isPort(part.substring(dash + 1));
    boolean isName =
        !part.isEmpty()
            && part.charAt(0) >= 'a'
            && part.charAt(0) <= 'z'
            && Untrusted.isPlain(part, "-");
    return isPort(part) || isRange || isName || (part.startsWith("$") && isVariable(part));
  }

  /** Whether a shell takes it in double quotes as one variable, and runs nothing. */
  private static boolean isVariable(String expression) {
    boolean braces = expression.startsWith("${") && expression.endsWith("}");
    String name =
        braces ? expression.substring(2, expression.length() - 1) : expression.substring(1);
    return !name.isEmpty() && Untrusted.isPlain(name, "_:-");
  }

  /** A variable that only a function has is not there where the other line is run. */
  private static String variable(String expression, String protocol) {
    boolean isPositional = isDigits(expression.substring(1));
    return isPositional ? protocol + PORT : "\"" + protocol + expression + "\"";
  }

  /**
   * The ports that a pattern names.
   *
   * @param ofSockets whether it is applied to a table of sockets, where any number can be one
   */
  static List<String> inPattern(String pattern, boolean ofSockets) {
    List<String> ports = new ArrayList<>();
    int at = 0;
    while (at < pattern.length()) {
      int end = at;
      while (end < pattern.length() && isDigits(pattern.substring(end, end + 1))) {
        end++;
      }
      String number = pattern.substring(at, end);
      char before = at == 0 ? ' ' : pattern.charAt(at - 1);
      char behind = end == pattern.length() ? ' ' : pattern.charAt(end);
      boolean stands = Words.isApart(before) && Words.isApart(behind);
      boolean said = before == ':' && Words.isApart(behind);
      if (isPort(number)
          && (said || (stands && (ofSockets || number.length() >= BARE_DIGITS)))
          && !ports.contains(number)) {
        ports.add(number);
      }
      at = Math.max(end, at + 1);
    }
    return ports;
  }
}

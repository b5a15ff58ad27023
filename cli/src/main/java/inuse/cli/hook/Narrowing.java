package inuse.cli.hook;

import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The tools that choose lines and columns of what another one prints. */
final class Narrowing {
  private static final List<String> SEARCHES = List.of("grep", "egrep", "fgrep", "rg", "ag", "ack");

  private static final List<String> PROGRAMS =
      List.of("awk", "gawk", "mawk", "nawk", "sed", "perl");

  private static final List<String> OTHERS =
      List.of(
          "cat", "tee", "cut", "head", "tail", "tr", "sort", "uniq", "column", "paste", "tac", "nl",
          "rev", "fmt");

  private Narrowing() {}

  static boolean isFilter(String tool) {
    return SEARCHES.contains(tool) || PROGRAMS.contains(tool) || OTHERS.contains(tool);
  }

  /** What is left of it behind such a tool. */
  static Optional<Aim> of(String tool, List<String> words, Aim from) {
    if (!(from instanceof Aim.Table(boolean ofSockets, String protocol))) {
      return isCount(tool, words) ? Optional.empty() : Optional.of(from);
    }
    if (OTHERS.contains(tool)) {
      return Optional.of(from);
    }
    boolean searches = SEARCHES.contains(tool);
    Options options =
        new Options(
            words, searches ? "efABCm" : tool.endsWith("awk") ? "Fvf" : "e", List.of("--regexp"));
    if (searches && options.has("-c", "--count", "-q", "--quiet")) {
      return Optional.empty();
    }
    if (searches && options.has("-v", "--invert-match")) {
      return Optional.of(from);
    }
    String pattern =
        searches
            ? options.value("-e", "--regexp").orElse(first(options))
            : condition(tool, options.value("-e").orElse(first(options)));
    if (pattern.isEmpty()) {
      return isConditional(tool, first(options)) ? Optional.empty() : Optional.of(from);
    }
    return chosen(pattern, ofSockets, protocol, from);
  }

  private static Optional<Aim> chosen(
      String pattern, boolean ofSockets, String protocol, Aim from) {
    List<String> ports = new ArrayList<>();
    variable(pattern).forEach(one -> ports.addAll(Numbers.targets(one, protocol)));
    Numbers.inPattern(pattern, ofSockets).stream().map(port -> protocol + port).forEach(ports::add);
    if (!ports.isEmpty()) {
      return Optional.of(new Aim.Ports(ports));
    }
    boolean isState =
        Stream.of("LISTEN", "listen", "ESTAB", "tcp", "udp", "pid").anyMatch(pattern::contains);
    return Words.name(pattern).isEmpty() || (ofSockets && isState)
        ? Optional.of(from)
        : Optional.of(new Aim.Named(Words.names(List.of(pattern))));
  }

  /** {@code :$PORT}. */
  private static List<String> variable(String pattern) {
    int dollar = pattern.indexOf(":$");
    if (dollar < 0) {
      return List.of();
    }
    int end = dollar + 2;
    boolean braces = pattern.startsWith("{", end);
    while (end < pattern.length()
        && (braces
            ? pattern.charAt(end - 1) != '}'
            : Untrusted.isPlain(pattern.substring(end, end + 1), "_"))) {
      end++;
    }
    String expression = pattern.substring(dollar + 1, end);
    return expression.length() > 1 ? List.of(expression) : List.of();
  }

  private static boolean isCount(String tool, List<String> words) {
    return SEARCHES.contains(tool) && words.stream().anyMatch(List.of("-c", "-q")::contains);
  }

  private static String first(Options options) {
    return options.operands().isEmpty() ? "" : options.operands().getFirst();
  }

  /** The pattern of {@code /vite/ {print $2}}, {@code $4 ~ /:3000$/} or {@code s/.*:3000 //p}. */
  private static String condition(String tool, String program) {
    int slash = program.indexOf('/');
    boolean begins =
        slash == 0
            || (tool.equals("sed") && slash == 1)
            || program.contains("~ /")
            || program.contains("~/");
    int end = begins ? program.indexOf('/', slash + 1) : -1;
    return end < 0 ? "" : program.substring(slash + 1, end);
  }

  /** Whether a program chooses by something else than a pattern. */
  private static boolean isConditional(String tool, String program) {
    return tool.endsWith("awk")
        && !program.isEmpty()
        && !program.startsWith("{")
        && !program.startsWith("NR");
  }
}

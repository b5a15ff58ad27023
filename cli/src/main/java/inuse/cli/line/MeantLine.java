package inuse.cli.line;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command line that was meant by one that is wrong: with the words and options of lsof, fuser,
 * ss and the tools that end what has a port. It is only shown, never carried out.
 */
final class MeantLine {
  /** Letters of ss, netstat and lsof that ask for what inuse says anyway. */
  private static final String LOOKING = "tulnapi46H";

  /** Options of others for which inuse has no other word: it always does that. */
  private static final List<String> ALWAYS = List.of("--tcp", "--listening", "--all", "--numeric");

  private final List<String> options = new ArrayList<>();
  private final List<String> words = new ArrayList<>();
  private Verb verb = Verb.ASK;
  private boolean isDatagram;

  private MeantLine() {}

  /** The line, with each word as a shell takes it; empty where nothing better is known. */
  static Optional<String> of(List<String> line) {
    if (Arguments.launches(line)) {
      return Optional.empty();
    }
    MeantLine read = new MeantLine();
    List<String> meant = read.rewritten(line);
    boolean understood =
        Arguments.parse(meant) instanceof Arguments.Given given
            && (read.verb == Verb.LIST || read.verb == Verb.WATCH || !given.words().isEmpty());
    return understood && !read.isTheSame(meant, line)
        ? Optional.of(ErrorReporter.line("inuse", meant))
        : Optional.empty();
  }

  /** Whether it differs at most in the order of options, which says nothing. */
  private boolean isTheSame(List<String> meant, List<String> line) {
    Verb given = line.stream().findFirst().flatMap(Verb::named).orElse(Verb.ASK);
    return verb == given
        && meant.stream().sorted().toList().equals(line.stream().sorted().toList());
  }

  private List<String> rewritten(List<String> line) {
    for (int i = 0; i < line.size(); i++) {
      String word = line.get(i);
      if (word.equals("--port") || word.equals("-p") || word.equals("-i")) {
        i++;
        words.addAll(line.subList(i, Math.min(i + 1, line.size())));
      } else if (Option.named(word).filter(Option::takesValue).isPresent()) {
        options.addAll(line.subList(i, Math.min(i + 2, line.size())));
        i++;
      } else if (word.startsWith("-")) {
        option(word);
      } else {
        word(word);
      }
    }
    if (verb == Verb.ASK && words.isEmpty() && options.isEmpty() && !line.isEmpty()) {
      verb = Verb.LIST;
    }
    if (verb == Verb.LIST && isDatagram) {
      options.add(Option.UDP.word());
    }
    List<String> meant = new ArrayList<>();
    if (verb != Verb.ASK) {
      meant.add(verb.word());
    }
    meant.addAll(options);
    words.stream()
        .map(
            word -> isDatagram && verb != Verb.LIST && word.indexOf('/') < 0 ? "udp/" + word : word)
        .forEach(meant::add);
    return meant;
  }

  private void option(String word) {
    int equals = word.indexOf('=');
    int colon = word.indexOf(':');
    if (word.startsWith("--port=")) {
      words.add(word.substring(equals + 1));
    } else if (word.equals("--udp") || word.equals("-u")) {
      isDatagram = true;
    } else if (word.equals("--kill") || word.equals("-k")) {
      verb = Verb.FREE;
    } else if (word.equals("--force") || word.equals("-f")) {
      verb = Verb.FREE;
      options.add(Option.YES.word());
    } else if (word.equals("-9") || word.equals("-KILL") || word.equals("-SIGKILL")) {
      verb = Verb.FREE;
      options.addAll(List.of(Option.SIGNAL.word(), "KILL"));
    } else if (!word.startsWith("--") && colon > 0) {
      words.add(word.substring(colon));
    } else if (!isSaidAnyway(word)) {
      options.add(word);
    }
  }

  private static boolean isSaidAnyway(String word) {
    return ALWAYS.contains(word)
        || (Option.named(word).isEmpty()
            && word.length() > 1
            && word.substring(1).chars().allMatch(letter -> LOOKING.indexOf(letter) >= 0));
  }

  private void word(String word) {
    if (!words.isEmpty() || verb != Verb.ASK) {
      words.add(word);
      return;
    }
    switch (word) {
      case "kill", "stop", "end", "terminate", "release", "close", "clear", "unbind", "reclaim" ->
          verb = Verb.FREE;
      case "who",
          "what",
          "which",
          "why",
          "show",
          "check",
          "status",
          "query",
          "ask",
          "find",
          "port" ->
          verb = Verb.ASK;
      case "ls", "ps", "ports", "listening", "netstat", "ss", "lsof" -> verb = Verb.LIST;
      default -> near(word);
    }
  }

  private void near(String word) {
    Stream<String> names =
        Arrays.stream(Verb.values()).map(Verb::word).filter(name -> !name.isEmpty());
    Optional<Verb> meant =
        Verb.named(word).or(() -> Suggestion.of(word, names).flatMap(Verb::named));
    if (meant.isPresent()) {
      verb = meant.get();
    } else {
      words.add(word);
    }
  }
}

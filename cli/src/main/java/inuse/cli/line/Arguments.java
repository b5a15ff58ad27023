package inuse.cli.line;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The parsed command line.
 *
 * <p>Parsed as by getopt_long(3), without abbreviations. Why without a library: see the ADR on
 * dependencies.
 */
public sealed interface Arguments {
  /**
   * Options and words.
   *
   * @param verb what is to be done
   * @param words the remaining words: targets, or the command to run with its arguments
   * @param command the command behind the targets; empty where none was announced by {@code --}
   * @param options the given options, each with its values; an empty value for an option that takes
   *     none
   */
  record Given(
      Verb verb,
      Map<Option, List<String>> options,
      List<String> words,
      Optional<List<String>> command)
      implements Arguments {
    public Given {
      // Not Map.copyOf: in the executable, a lookup in an empty copy divides by zero.
      options = Collections.unmodifiableMap(new TreeMap<>(options));
      words = List.copyOf(words);
    }

    /** A line without a command behind targets. */
    public Given(Verb verb, Map<Option, List<String>> options, List<String> words) {
      this(verb, options, words, Optional.empty());
    }

    public boolean has(Option option) {
      return options.containsKey(option);
    }

    /** The last value of the option. */
    public Optional<String> value(Option option) {
      return Optional.ofNullable(options.get(option)).map(List::getLast);
    }

    /** All values of the option. */
    public List<String> values(Option option) {
      return options.getOrDefault(option, List.of());
    }

    /** The words that name what it is about. */
    public List<String> targets() {
      return verb == Verb.RUN ? values(Option.PORT) : words;
    }

    /** The same command and options, about these targets. */
    public Given about(List<String> targets) {
      return new Given(verb, options, targets, command);
    }

    /** The same options and one more, for another command about these targets. */
    public Given as(Verb other, Option more, List<String> targets) {
      Map<Option, List<String>> all = new TreeMap<>(options);
      all.put(more, List.of(""));
      return new Given(other, all, targets);
    }
  }

  /** An invalid command line. */
  record Wrong(String problem) implements Arguments {}

  /** {@code inuse help free}. */
  String HELP = "help";

  /** {@code inuse help ask}: the options of a question. */
  String HELP_ASK = "ask";

  /** {@code inuse help topics}: what there is help about. */
  String HELP_TOPICS = "topics";

  /** The word by which shells request completions. */
  String COMPLETE = "next";

  /** Ends the options; of some commands the targets too. */
  String SEPARATOR = "--";

  /** Whether a line starts a program: all further words then belong to the program. */
  static boolean starts(List<String> line) {
    return !line.isEmpty()
        && (line.getFirst().equals(Verb.RUN.word()) || line.getFirst().equals(SEPARATOR));
  }

  /** Whether a line names a program that is started, so that other statuses are the program's. */
  static boolean launches(List<String> line) {
    return starts(line) || (endsInCommand(line) && line.contains(SEPARATOR));
  }

  private static boolean endsInCommand(List<String> words) {
    return !words.isEmpty()
        && (words.getFirst().equals(Verb.HOLD.word())
            || words.getFirst().equals(Verb.RECORD.word()));
  }

  /**
   * Parses the command line by the table of options; of two that contradict each other, the last
   * counts. A line that begins with {@code --} is short for {@code run --guard --}.
   */
  static Arguments parse(List<String> line) {
    Map<Option, List<String>> options = new EnumMap<>(Option.class);
    boolean starts = starts(line);
    if (!line.isEmpty() && line.getFirst().equals(HELP)) {
      String about = line.stream().skip(1).findFirst().orElse("");
      Optional<Verb> verb = Verb.named(about);
      if (verb.isEmpty() && !List.of("", HELP_ASK, HELP_TOPICS).contains(about)) {
        return new Wrong("'" + about + "' is not a topic of inuse help");
      }
      options.put(Option.HELP, List.of(about));
      return new Given(verb.orElse(Verb.ASK), options, List.of());
    }
    if (isCompletion(line)) {
      return new Given(Verb.COMPLETION, options, line.subList(1, line.size()));
    }
    if (isOthers(line)) {
      return new Given(
          Verb.named(line.getFirst()).orElseThrow(), options, line.subList(1, line.size()));
    }
    if (starts && line.getFirst().equals(SEPARATOR)) {
      options.put(Option.GUARD, List.of(""));
      return new Given(Verb.RUN, options, line.subList(1, line.size()));
    }
    List<String> words = new ArrayList<>();
    int next = 0;
    while (next < line.size()) {
      String word = line.get(next++);
      if (word.equals(SEPARATOR)) {
        List<String> rest = line.subList(next, line.size());
        if (endsInCommand(words)) {
          return given(options, words, Optional.of(List.copyOf(rest)));
        }
        words.addAll(rest);
        break;
      }
      if (starts && !words.isEmpty() && !word.startsWith("-")) {
        words.addAll(line.subList(next - 1, line.size()));
        break;
      }
      if (!word.startsWith("-") || word.equals("-") || isProse(word) || isExplained(words, word)) {
        words.add(word);
        continue;
      }
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      for (String name : names(equals < 0 ? word : word.substring(0, equals))) {
        Optional<Option> option = Option.named(name);
        if (option.isEmpty()) {
          return new Wrong("unknown option '" + word + "'" + meant(name, words));
        }
        String value = "";
        if (!option.get().takesValue() && equals >= 0) {
          return new Wrong("option '" + name + "' takes no value");
        }
        if (option.get().takesValue() && equals >= 0) {
          value = word.substring(equals + 1);
        } else if (option.get().takesValue()) {
          if (next == line.size()) {
            return new Wrong("option '" + name + "' needs " + option.get().value());
          }
          value = line.get(next++);
        }
        if (option.get() == Option.REUSEADDR) {
          options.remove(Option.NO_REUSEADDR);
        } else if (option.get() == Option.NO_REUSEADDR) {
          options.remove(Option.REUSEADDR);
        }
        List<String> values = new ArrayList<>(options.getOrDefault(option.get(), List.of()));
        values.add(value);
        options.put(option.get(), values);
      }
    }
    return given(options, words, Optional.empty());
  }

  /** {@code completion next --} and a whole command line. */
  private static boolean isCompletion(List<String> line) {
    return line.size() > 1
        && line.getFirst().equals(Verb.COMPLETION.word())
        && line.get(1).equals(COMPLETE);
  }

  /** The words of another program, of which only the first is ours. */
  private static boolean isOthers(List<String> line) {
    return !line.isEmpty()
        && Verb.named(line.getFirst()).filter(Verb::isAnotherProgram).isPresent()
        && !(line.size() > 1
            && List.of(Option.HELP.word(), Option.HELP.letter()).contains(line.get(1)));
  }

  /** An error message may begin with a hyphen: {@code -e:1:in 'initialize': Address already}. */
  private static boolean isProse(String word) {
    int blank = word.indexOf(' ');
    int equals = word.indexOf('=');
    return blank > 0 && (equals < 0 || blank < equals);
  }

  /** {@code explain kill -9}: no option of ours is a digit. */
  private static boolean isExplained(List<String> words, String word) {
    return !words.isEmpty()
        && words.getFirst().equals(Verb.EXPLAIN.word())
        && word.charAt(1) >= '0'
        && word.charAt(1) <= '9';
  }

  /** The first word may be a command, which then accepts only its own options. */
  private static Arguments given(
      Map<Option, List<String>> options, List<String> words, Optional<List<String>> command) {
    Optional<Verb> named = words.isEmpty() ? Optional.empty() : Verb.named(words.getFirst());
    Verb verb = named.orElse(isBare(options, words) ? Verb.LIST : Verb.ASK);
    for (Option option : options.keySet()) {
      if (!option.verbs().contains(verb)) {
        return new Wrong(
            "'" + verb.line() + "' has no option '" + option.word() + "'" + whose(option));
      }
    }
    List<String> targets = named.isPresent() ? words.subList(1, words.size()) : words;
    return new Given(verb, options, targets, command);
  }

  /** Without a word everything is asked about, unless an option says that a target is missing. */
  private static boolean isBare(Map<Option, List<String>> options, List<String> words) {
    return words.isEmpty()
        && options.keySet().stream()
            .allMatch(one ->
                one.verbs().contains(Verb.LIST) && one != Option.HELP && one != Option.VERSION);
  }

  /** Of an option of that command, where one is given. */
  private static String meant(String name, List<String> words) {
    Optional<Verb> verb = words.stream().findFirst().flatMap(Verb::named);
    Stream<Option> options =
        Stream.of(Option.values())
            .filter(one -> verb.filter(its -> !one.verbs().contains(its)).isEmpty());
    return name.startsWith("--")
        ? Suggestion.of(name, options.map(Option::word))
            .map(word -> ", did you mean " + word + "?")
            .orElse("")
        : "";
  }

  private static String whose(Option option) {
    return option.verbs().size() == 1 ? ", '" + option.verbs().getFirst().line() + "' has" : "";
  }

  /** {@code --quiet} is one name, {@code -qV} two. */
  private static List<String> names(String word) {
    if (word.startsWith("--")) {
      return List.of(word);
    }
    List<String> names = new ArrayList<>();
    for (int i = 1; i < word.length(); i++) {
      names.add("-" + word.charAt(i));
    }
    return names;
  }
}

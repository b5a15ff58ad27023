package inuse.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line says, before anything is done about it.
 *
 * <p>Read as getopt_long(3) would, without abbreviations. Not by a library: see the ADR on
 * dependencies.
 */
sealed interface Arguments {
  /** Options and words. */
  record Given(Set<Option> options, List<String> words) implements Arguments {
    public Given {
      options = Set.copyOf(options);
      words = List.copyOf(words);
    }

    boolean has(Option option) {
      return options.contains(option);
    }
  }

  /** Something that is no option. */
  record Wrong(String problem) implements Arguments {}

  /** Reads the command line by the table of options. */
  static Arguments parse(List<String> line) {
    Set<Option> options = new HashSet<>();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      String word = line.get(i);
      if (word.equals("--")) {
        words.addAll(line.subList(i + 1, line.size()));
        break;
      }
      if (!word.startsWith("-") || word.equals("-")) {
        words.add(word);
        continue;
      }
      for (String name : names(word)) {
        Optional<Option> option = Option.named(name);
        if (option.isEmpty()) {
          return new Wrong("unknown option '" + word + "'");
        }
        options.add(option.get());
      }
    }
    return new Given(options, words);
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

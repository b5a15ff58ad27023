package inuse.serve.input;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The words of a command line: options with the values that they were given, and the rest.
 *
 * @param values of each option, in their order; an option without a value has an empty text
 * @param operands what is not an option
 */
public record OptionWords(Map<String, List<String>> values, List<String> operands) {
  public OptionWords {
    values = Map.copyOf(values);
    operands = List.copyOf(operands);
  }

  /**
   * Reads the words.
   *
   * @param withValue options that need a value, as {@code --x V} or {@code --x=V}
   * @param flags options without one
   * @throws IllegalArgumentException where they are wrong; its message says why
   */
  public static OptionWords parse(List<String> words, Set<String> withValue, Set<String> flags) {
    Map<String, List<String>> values = new HashMap<>();
    List<String> operands = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String option = equals < 0 ? word : word.substring(0, equals);
      if (flags.contains(word)) {
        values.computeIfAbsent(word, name -> new ArrayList<>()).add("");
      } else if (withValue.contains(option)) {
        if (equals < 0 && i + 1 == words.size()) {
          throw new IllegalArgumentException(option + " needs a value");
        }
        String value = equals < 0 ? words.get(++i) : word.substring(equals + 1);
        values.computeIfAbsent(option, name -> new ArrayList<>()).add(value);
      } else if (word.startsWith("-")) {
        throw new IllegalArgumentException("'" + word + "' is not known; see --help");
      } else {
        operands.add(word);
      }
    }
    return new OptionWords(values, operands);
  }

  /** Whether the option was given. */
  public boolean has(String option) {
    return values.containsKey(option);
  }

  /** All values of an option. */
  public List<String> all(String option) {
    return values.getOrDefault(option, List.of());
  }

  /**
   * The value of an option.
   *
   * @throws IllegalArgumentException where it was given twice
   */
  public Optional<String> value(String option) {
    List<String> all = all(option);
    if (all.size() > 1) {
      throw new IllegalArgumentException(option + " was given twice");
    }
    return all.stream().findFirst();
  }

  /** The value of an option that names a file. */
  public Optional<Path> path(String option) {
    return value(option).map(Path::of);
  }

  /** A certificate and its key, which are given together or not at all. */
  public Optional<PemFiles.Pair> pair(String certificate, String key) {
    Optional<Path> one = path(certificate);
    Optional<Path> other = path(key);
    if (one.isPresent() != other.isPresent()) {
      throw new IllegalArgumentException(certificate + " and " + key + " go together");
    }
    return one.flatMap(first -> other.map(second -> new PemFiles.Pair(first, second)));
  }
}

package inuse.cli.hook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The words of another tool's command, as getopt(3) takes them apart. */
final class Options {
  /** An option and its value; empty for none. */
  record Given(String name, String value) {}

  private final List<Given> given = new ArrayList<>();
  private final List<String> operands = new ArrayList<>();

  /**
   * Reads the words behind the command's name.
   *
   * @param letters short options that take a value
   * @param names long options that take one, with their hyphens
   */
  Options(List<String> words, String letters, List<String> names) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean more = i + 1 < words.size();
      if (word.equals("--")) {
        operands.addAll(words.subList(i + 1, words.size()));
        return;
      }
      if (word.startsWith("--")) {
        int equals = word.indexOf('=');
        boolean takes = equals < 0 && names.contains(word) && more;
        given.add(
            new Given(
                equals < 0 ? word : word.substring(0, equals),
                equals < 0 ? (takes ? words.get(i + 1) : "") : word.substring(equals + 1)));
        i += takes ? 1 : 0;
      } else if (word.startsWith("-") && word.length() > 1) {
        i += cluster(word, more ? words.get(i + 1) : "", letters) && more ? 1 : 0;
      } else {
        operands.add(word);
      }
    }
  }

  /** Letters behind one hyphen; whether the last of them takes the next word. */
  private boolean cluster(String word, String next, String letters) {
    for (int i = 1; i < word.length(); i++) {
      String name = "-" + word.charAt(i);
      if (letters.indexOf(word.charAt(i)) >= 0) {
        boolean isLast = i + 1 == word.length();
        given.add(new Given(name, isLast ? next : word.substring(i + 1)));
        return isLast;
      }
      given.add(new Given(name, ""));
    }
    return false;
  }

  boolean has(String... names) {
    return given.stream().anyMatch(one -> List.of(names).contains(one.name));
  }

  /** The value of the last such option. */
  Optional<String> value(String... names) {
    Optional<String> value = Optional.empty();
    for (Given one : given) {
      if (List.of(names).contains(one.name)) {
        value = Optional.of(one.value);
      }
    }
    return value;
  }

  List<String> operands() {
    return operands;
  }
}

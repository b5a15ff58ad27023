package inuse.cli.hook;

import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Words within a text. */
final class Words {
  private static final String BLANKS = " \t\n";

  private Words() {}

  /** The parts between any of those characters, none of them empty. */
  static List<String> split(String text, String separators) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || separators.indexOf(text.charAt(at)) >= 0) {
        if (at > from) {
          parts.add(text.substring(from, at));
        }
        from = at + 1;
      }
    }
    return parts;
  }

  static List<String> split(String text) {
    return split(text, BLANKS);
  }

  /** The name behind the last slash. */
  static String base(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether a number ends there. */
  static boolean isApart(char c) {
    return c != '.' && c != '-' && c != '_' && !Untrusted.isPlain(String.valueOf(c), "");
  }

  /** The names of programs that a text has, each as a filter of the list takes it. */
  static List<String> names(List<String> patterns) {
    // Not hashed: the line chooses them.
    Set<String> names = new TreeSet<>();
    patterns.forEach(pattern -> name(pattern).ifPresent(names::add));
    return List.copyOf(names);
  }

  /** The name of a program that a pattern begins with. */
  static Optional<String> name(String pattern) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (Untrusted.isPlain(String.valueOf(c), "_-./+@")) {
        plain.append(c);
      } else if ("[]^$\\".indexOf(c) < 0) {
        plain.append(' ');
      }
    }
    for (String word : split(plain.toString())) {
      String name = base(word);
      boolean isName = !name.isEmpty() && !name.startsWith("-") && !Numbers.isDigits(name);
      if (isName && name.chars().anyMatch(one -> one >= 'A')) {
        int end = name.length();
        while (".*+".indexOf(name.charAt(end - 1)) >= 0) {
          end--;
        }
        return Optional.of(name.substring(0, end));
      }
    }
    return Optional.empty();
  }
}

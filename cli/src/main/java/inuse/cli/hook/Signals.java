package inuse.cli.hook;

import inuse.core.evidence.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words of kill, pkill, killall or fuser without the signal that they name.
 *
 * @param ends whether it ends what gets it; those do not that ask whether it is there, tell it to
 *     read its configuration again, stop it or let it go on
 */
record Signals(List<String> words, boolean ends) {
  private static final List<String> SPARING =
      List.of("0", "HUP", "USR1", "USR2", "CHLD", "CONT", "STOP", "TSTP", "URG", "WINCH");

  /**
   * Takes the words apart.
   *
   * @param options those whose value is a signal
   */
  static Signals of(List<String> words, List<String> options) {
    List<String> others = new ArrayList<>();
    boolean ends = true;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      if (options.contains(word) && i + 1 < words.size()) {
        i++;
        ends = !isSparing(words.get(i));
      } else if (equals > 0 && options.contains(word.substring(0, equals))) {
        ends = !isSparing(word.substring(equals + 1));
      } else if (word.startsWith("-") && isSignal(word.substring(1))) {
        ends = !isSparing(word.substring(1));
      } else {
        others.add(word);
      }
    }
    return new Signals(others, ends);
  }

  private static boolean isSignal(String word) {
    return word.equals("0") || Signal.parse(upperCase(word)).isPresent();
  }

  private static boolean isSparing(String word) {
    String name = upperCase(word);
    Optional<Signal> signal = Signal.parse(name);
    return SPARING.contains(
        signal
            .map(Signal::name)
            .filter(one -> one.startsWith("SIG"))
            .orElse(name)
            .replace("SIG", ""));
  }

  private static String upperCase(String word) {
    StringBuilder upper = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      upper.append(c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
    }
    return upper.toString();
  }
}

package inuse.cli.hook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The words of lsof(8), which has options whose value may stand behind them or be left out. */
final class LsofWords {
  /** Options with a value that is never a word of its own. */
  private static final String ATTACHED = "sSFrgT";

  /** Options with a value. */
  private static final String VALUED = "ipucdk" + ATTACHED;

  private static final List<String> WHOLE = List.of("4", "6", "tcp", "udp", "TCP", "UDP");

  private final List<String> targets = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private boolean choosesOtherwise;
  private boolean ofSockets;

  private LsofWords(List<String> words) {
    ofSockets = words.isEmpty();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String next = i + 1 < words.size() ? words.get(i + 1) : "";
      if (word.startsWith("-")) {
        i += takesNext(word, next) ? 1 : 0;
      } else if (Lookup.isSocketFile(word)) {
        targets.add(Lookup.socketFile(word));
      } else {
        choosesOtherwise = true;
      }
    }
  }

  /** Which processes it prints. */
  static Optional<Aim> aim(List<String> words) {
    LsofWords read = new LsofWords(words);
    if (!read.targets.isEmpty()) {
      return Optional.of(new Aim.Ports(read.targets));
    }
    if (!read.names.isEmpty()) {
      return Optional.of(new Aim.Named(Words.names(read.names)));
    }
    return read.ofSockets && !read.choosesOtherwise
        ? Optional.of(new Aim.Table(true, ""))
        : Optional.empty();
  }

  /** Letters behind one hyphen, of which one may have a value; whether that is the next word. */
  private boolean takesNext(String word, String next) {
    int letter = 1;
    while (letter < word.length() && VALUED.indexOf(word.charAt(letter)) < 0) {
      letter++;
    }
    if (letter == word.length()) {
      return false;
    }
    char option = word.charAt(letter);
    String rest = word.substring(letter + 1);
    boolean takes = rest.isEmpty() && isValue(option, next);
    String value = takes ? next : rest;
    switch (option) {
      case 'i' -> {
        ofSockets = true;
        targets.addAll(internet(value));
      }
      case 'c' -> names.add(value);
      case 'p', 'd' -> choosesOtherwise = true;
      default -> {}
    }
    return takes;
  }

  private static boolean isValue(char option, String next) {
    return switch (option) {
      case 'i' -> WHOLE.contains(next) || (next.indexOf(':') >= 0 && !next.startsWith("-"));
      case 's' -> next.indexOf(':') > 0 && !next.startsWith("-");
      default -> ATTACHED.indexOf(option) < 0;
    };
  }

  /** {@code [46][protocol][@host][:ports]}. */
  private static List<String> internet(String value) {
    int colon = value.indexOf("${") >= 0 ? value.indexOf(':') : value.lastIndexOf(':');
    boolean isDatagram = value.contains("udp") || value.contains("UDP");
    return colon < 0
        ? List.of()
        : Numbers.targets(value.substring(colon + 1), isDatagram ? Lookup.UDP : "");
  }
}

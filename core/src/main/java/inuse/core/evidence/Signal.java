package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/** A signal, by signal(7); the numbers are those of x86_64 and aarch64. */
public record Signal(int number) {
  public static final Signal KILL = new Signal(9);
  public static final Signal TERM = new Signal(15);
  public static final Signal CONT = new Signal(18);

  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private static final int MAX = 64;

  /** {@code TERM} and the like. */
  public static List<String> names() {
    return NAMES;
  }

  /** {@code SIGTERM}; a real-time signal by its number. */
  public String name() {
    return number >= 1 && number <= NAMES.size()
        ? "SIG" + NAMES.get(number - 1)
        : "signal " + number;
  }

  /** The one meant by {@code TERM}, {@code SIGTERM} or {@code 15}. */
  public static Optional<Signal> parse(String word) {
    String name = word.startsWith("SIG") ? word.substring(3) : word;
    int index = NAMES.indexOf(name);
    if (index >= 0) {
      return Optional.of(new Signal(index + 1));
    }
    int number = 0;
    for (int i = 0; i < word.length() && number <= MAX; i++) {
      char digit = word.charAt(i);
      if (digit < '0' || digit > '9') {
        return Optional.empty();
      }
      number = 10 * number + digit - '0';
    }
    return number >= 1 && number <= MAX ? Optional.of(new Signal(number)) : Optional.empty();
  }
}

package inuse.cli.hook;

import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/** The commands that run the command that their words are. */
enum Wrapper {
  SUDO("sudo", "ugpCTURDhr", 0),
  DOAS("doas", "uC", 0),
  ENV("env", "uC", 0),
  COMMAND("command", "", 0),
  EXEC("exec", "a", 0),
  BUILTIN("builtin", "", 0),
  NOHUP("nohup", "", 0),
  TIME("time", "fo", 0),
  NICE("nice", "n", 0),
  IONICE("ionice", "cnp", 0),
  SETSID("setsid", "", 0),
  STDBUF("stdbuf", "ioe", 0),
  TIMEOUT("timeout", "sk", 1),
  BUSYBOX("busybox", "", 0);

  private final String word;

  /** Short options that take the next word. */
  private final String letters;

  /** Its own words before the command. */
  private final int operands;

  Wrapper(String word, String letters, int operands) {
    this.word = word;
    this.letters = letters;
    this.operands = operands;
  }

  static Optional<Wrapper> named(String word) {
    for (Wrapper wrapper : values()) {
      if (wrapper.word.equals(word)) {
        return Optional.of(wrapper);
      }
    }
    return Optional.empty();
  }

  /** The command without what wraps it. */
  static List<Argument> unwrapped(List<Argument> line) {
    List<Argument> rest = line;
    Optional<Wrapper> wrapper = wrapper(rest);
    while (wrapper.isPresent()) {
      rest = wrapper.get().inside(rest);
      wrapper = wrapper(rest);
    }
    return rest;
  }

  private static Optional<Wrapper> wrapper(List<Argument> line) {
    return line.isEmpty() ? Optional.empty() : named(Words.base(line.getFirst().text()));
  }

  private List<Argument> inside(List<Argument> line) {
    int at = start(line, letters);
    boolean onlyAsks = this == COMMAND && at > 1;
    while (at < line.size() && isAssignment(line.get(at).text())) {
      at++;
    }
    int from = Math.min(at + operands, line.size());
    return onlyAsks ? List.of() : line.subList(from, line.size());
  }

  /**
   * Where a command begins behind another one's options.
   *
   * @param letters short options that take the next word
   */
  static int start(List<Argument> line, String letters) {
    int at = 1;
    while (at < line.size() && line.get(at).text().startsWith("-")) {
      String option = line.get(at).text();
      boolean takes = option.length() == 2 && letters.indexOf(option.charAt(1)) >= 0;
      at += takes ? 2 : 1;
      if (option.equals("--")) {
        break;
      }
    }
    return Math.min(at, line.size());
  }

  private static boolean isAssignment(String word) {
    int equals = word.indexOf('=');
    return equals > 0 && Untrusted.isPlain(word.substring(0, equals), "_");
  }
}

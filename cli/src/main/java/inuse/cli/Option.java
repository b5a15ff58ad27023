package inuse.cli;

import java.util.Optional;

/** The table of options, of which the parser and the help are made. */
enum Option {
  REUSEADDR("--reuseaddr", "", "", "ask for a server that sets SO_REUSEADDR"),
  NO_REUSEADDR("--no-reuseaddr", "", "", "ask for one that does not (as without any option)"),
  REUSEPORT("--reuseport", "", "", "ask for a server that sets SO_REUSEPORT"),
  V6ONLY("--v6only", "", "", "ask for a server that sets IPV6_V6ONLY"),
  DEVICE("--device", "", "IF", "ask for a server bound to that network interface"),
  AS("--as", "", "USER", "ask for a server of that user: a name or a uid (as root)"),
  FOR("--for", "", "COMMAND", "what is to be started: says if that runs already"),
  NETNS("--netns", "", "NAME", "ask in that network namespace: a name, a path or a pid"),
  CONTAINER("--container", "", "NAME", "ask in that container: by name or id"),
  PID("--pid", "", "PID", "ask in the network namespace of that process"),
  ALL_NETNS("--all-netns", "", "", "ask in every network namespace"),
  JSON("--json", "", "", "print the answer as JSON (its schema: inuse schema)"),
  NO_PROBE("--no-probe", "", "", "make no real bind; the verdict is then unknown"),
  QUIET("--quiet", "-q", "", "print nothing; the exit status is the answer"),
  HELP("--help", "-h", "", "print this help"),
  VERSION("--version", "-V", "", "print the version");

  private final String word;
  private final String letter;
  private final String value;
  private final String help;

  Option(String word, String letter, String value, String help) {
    this.word = word;
    this.letter = letter;
    this.value = value;
    this.help = help;
  }

  String word() {
    return word;
  }

  /** The short form, empty for none. */
  String letter() {
    return letter;
  }

  /** The name of its value in the help, empty for an option without one. */
  String value() {
    return value;
  }

  boolean takesValue() {
    return !value.isEmpty();
  }

  String help() {
    return help;
  }

  /** The option of that name, long or short. */
  static Optional<Option> named(String name) {
    for (Option option : values()) {
      if (name.equals(option.word) || name.equals(option.letter)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }
}

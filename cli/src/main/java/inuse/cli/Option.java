package inuse.cli;

import java.util.Optional;

/** The table of options, of which the parser and the help are made. */
enum Option {
  JSON("--json", "", "print the answer as JSON (its schema: inuse schema)"),
  NO_PROBE("--no-probe", "", "make no real bind; the verdict is then unknown"),
  QUIET("--quiet", "-q", "print nothing; the exit status is the answer"),
  HELP("--help", "-h", "print this help"),
  VERSION("--version", "-V", "print the version");

  private final String word;
  private final String letter;
  private final String help;

  Option(String word, String letter, String help) {
    this.word = word;
    this.letter = letter;
    this.help = help;
  }

  String word() {
    return word;
  }

  /** The short form, empty for none. */
  String letter() {
    return letter;
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

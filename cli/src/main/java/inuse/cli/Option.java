package inuse.cli;

import java.util.List;

/**
 * One row of the table of options, of which the parser and the help are made.
 *
 * @param letter the short form, empty for none
 */
record Option(String word, String letter, String help) {
  static final Option JSON =
      new Option("json", "", "print the answer as JSON (its schema: inuse schema)");
  static final Option NO_PROBE =
      new Option("no-probe", "", "make no real bind; the verdict is then unknown");
  static final Option QUIET =
      new Option("quiet", "q", "print nothing; the exit status is the answer");
  static final Option HELP = new Option("help", "h", "print this help");
  static final Option VERSION = new Option("version", "V", "print the version");

  /** The whole table, in the order of the help. */
  static final List<Option> ALL = List.of(JSON, NO_PROBE, QUIET, HELP, VERSION);
}

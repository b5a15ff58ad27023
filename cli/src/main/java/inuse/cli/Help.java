package inuse.cli;

/** The text of {@code --help}. */
final class Help {
  private static final String USAGE =
      """
      inuse: why is this port in use, and how do I get it back

      usage: inuse [options] TARGET...   who holds it, why bind fails, what to do
             inuse schema                the JSON Schema of the answers

      TARGET is 8080, http, udp/53, 127.0.0.1:8080, [::1]:8080 or 3000-3010;
      of unix sockets /run/app.sock, ./app.sock, unix:app.sock or @abstract-name.

      """;

  private static final String STATUS =
      """

      exit status: 0 in use, 1 free (by a real bind), 2 wrong usage, 3 unknown
      """;

  private static final int COLUMN = 21;

  private Help() {}

  /** What fits before a prompt. */
  static String brief() {
    return USAGE + "inuse --help lists the options.\n";
  }

  static String text() {
    StringBuilder text = new StringBuilder(USAGE);
    for (Option option : Option.values()) {
      String names =
          (option.letter().isEmpty() ? "    " : option.letter() + ", ")
              + option.word()
              + (option.takesValue() ? " " + option.value() : "");
      text.append("  ")
          .append(names)
          .append(" ".repeat(Math.max(1, COLUMN - names.length())))
          .append(option.help())
          .append('\n');
    }
    return text.append(STATUS).toString();
  }
}

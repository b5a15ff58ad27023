package inuse.render;

/**
 * A table in Markdown of what a command did with ports, with nothing in it that others chose and a
 * reader would take for markup.
 */
public final class PortsReport {
  /** What stands above everything. */
  public static final String TITLE = "### Ports\n\n";

  /** What stands above the rows. */
  public static final String HEADING = "| | port | process | held by |\n|---|---|---|---|\n";

  private PortsReport() {}

  /** The row of a bind that was refused. */
  public static String refused(int count, String place, String process, String holders) {
    return row("**refused**" + times(count), plain(place), plain(process), plain(holders));
  }

  /** The row of one that was not. */
  public static String got(int count, String place, String process) {
    return row("got" + times(count), plain(place), plain(process), "");
  }

  /** How often, where that is more than once. */
  public static String times(int count) {
    return count > 1 ? " \u00d7 " + count : "";
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /** Punctuation escaped, as CommonMark allows for all of ASCII. */
  private static String plain(String cell) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cell.length(); i++) {
      char c = cell.charAt(i);
      if ("\\`*_{}[]<>#|!&~$@".indexOf(c) >= 0) {
        text.append('\\');
      }
      text.append(c);
    }
    return text.toString();
  }
}

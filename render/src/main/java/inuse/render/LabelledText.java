package inuse.render;

import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/**
 * Lines with a label at the margin. Prose is wrapped to the terminal's width, and command lines so
 * that a shell still takes them for one.
 */
final class LabelledText {
  private static final int MARGIN = 9;

  /** What belongs to the number before it. */
  private static final List<String> UNITS = List.of("s", "ms", "min", "h", "days");

  private static final String DIGITS = "0123456789";

  private final StringBuilder text = new StringBuilder();
  private final Optional<Integer> columns;
  private final boolean colour;

  private boolean isBegun;

  /** Whether the last line was a headline: answers of one line stand together, like a list. */
  private boolean afterHeadline;

  LabelledText(Optional<Integer> columns, boolean colour) {
    this.columns = columns;
    this.colour = colour;
  }

  /** The first line of an answer. */
  void headline(String line, boolean good) {
    if (isBegun && !afterHeadline) {
      text.append('\n');
    }
    isBegun = true;
    afterHeadline = true;
    text.append(coloured(Style.BOLD + (good ? Style.GREEN : Style.RED), wrapped(line, 0)))
        .append('\n');
  }

  /** A row of prose. */
  void row(String label, String prose) {
    label(label);
    text.append(wrapped(prose, MARGIN)).append('\n');
  }

  /**
   * Prose in lines of the terminal's width, all but the first behind the margin.
   *
   * @param before columns that the first line has before it
   */
  private String wrapped(String prose, int before) {
    StringBuilder lines = new StringBuilder();
    int from = 0;
    int column = before;
    while (columns.isPresent() && column + prose.length() - from > columns.get()) {
      int space = space(prose, from, from + columns.get() - column);
      if (space < 0) {
        break;
      }
      lines.append(prose, from, space).append('\n').append(" ".repeat(MARGIN));
      from = space + 1;
      column = MARGIN;
    }
    return lines.append(prose, from, prose.length()).toString();
  }

  /** Where a line may end: at the last blank that fits, else at the first; negative for none. */
  private static int space(String prose, int from, int end) {
    int space = prose.lastIndexOf(' ', end);
    while (space > from && isBeforeUnit(prose, space)) {
      space = prose.lastIndexOf(' ', space - 1);
    }
    return space > from ? space : prose.indexOf(' ', end);
  }

  /** Whether a number stands before that blank, and its unit behind it. */
  private static boolean isBeforeUnit(String prose, int space) {
    return DIGITS.indexOf(prose.charAt(space - 1)) >= 0
        && UNITS.stream()
            .anyMatch(unit ->
                prose.startsWith(unit, space + 1)
                    && (space + 1 + unit.length() == prose.length()
                        || !Untrusted.isPlain(
                            prose.substring(space + 1 + unit.length(), space + 2 + unit.length()),
                            "")));
  }

  /** What runs: a command line that others wrote. */
  void command(String label, String command) {
    label(label);
    text.append(coloured(Style.BOLD, command)).append('\n');
  }

  /**
   * What to run: a line for a shell, which may be copied whole.
   *
   * @param line with words quoted as {@link Escape#shell} does
   */
  void shell(String label, String line) {
    command(label, columns.isEmpty() ? line : ShellLines.of(line, columns.get(), MARGIN));
  }

  private void label(String label) {
    isBegun = true;
    afterHeadline = false;
    text.append("  ")
        .append(coloured(Style.DIM, label))
        .append(" ".repeat(MARGIN - 2 - label.length()));
  }

  private String coloured(String colourCode, String line) {
    return colour && !line.isEmpty() ? colourCode + line + Style.PLAIN : line;
  }

  /** How many characters are there to be taken. */
  int length() {
    return text.length();
  }

  /** The lines since the last time. */
  String take() {
    String taken = text.toString();
    text.setLength(0);
    return taken;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

package inuse.render;

import java.util.Optional;

/** Lines with a label at the margin; prose is wrapped to the terminal's width, commands are not. */
final class LabelledText {
  private static final int MARGIN = 9;
  private static final String BOLD = "\u001b[1m";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final StringBuilder text = new StringBuilder();
  private final Optional<Integer> columns;
  private final boolean colour;

  /** Whether the last line was a headline: answers of one line stand together, like a list. */
  private boolean afterHeadline;

  LabelledText(Optional<Integer> columns, boolean colour) {
    this.columns = columns;
    this.colour = colour;
  }

  /** The first line of an answer, never wrapped. */
  void headline(String line, boolean good) {
    if (!text.isEmpty() && !afterHeadline) {
      text.append('\n');
    }
    afterHeadline = true;
    text.append(coloured(BOLD + (good ? GREEN : RED), line)).append('\n');
  }

  /** A row of prose. */
  void row(String label, String prose) {
    label(label);
    if (columns.isEmpty()) {
      text.append(prose).append('\n');
      return;
    }
    int width = columns.get() - MARGIN;
    int from = 0;
    while (prose.length() - from > width) {
      int space = prose.lastIndexOf(' ', from + width);
      if (space <= from) {
        space = prose.indexOf(' ', from + width);
      }
      if (space < 0) {
        break;
      }
      text.append(prose, from, space).append('\n').append(" ".repeat(MARGIN));
      from = space + 1;
    }
    text.append(prose, from, prose.length()).append('\n');
  }

  /** A command, never wrapped, so that it can be copied whole. */
  void command(String label, String command) {
    label(label);
    text.append(coloured(BOLD, command)).append('\n');
  }

  private void label(String label) {
    afterHeadline = false;
    text.append("  ").append(coloured(DIM, label)).append(" ".repeat(MARGIN - 2 - label.length()));
  }

  private String coloured(String colourCode, String line) {
    return colour && !line.isEmpty() ? colourCode + line + PLAIN : line;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

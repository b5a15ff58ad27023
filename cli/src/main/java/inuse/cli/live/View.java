package inuse.cli.live;

import inuse.core.list.Row;
import inuse.render.ListTable;
import java.util.List;
import java.util.Optional;

/** Draws the view on a frame. */
final class View {
  /** Columns before a row: whether it is chosen, and what has become of it. */
  static final int MARGIN = 2;

  private final Frame frame;
  private final Layout layout;
  private final boolean unicode;

  View(Frame frame, Layout layout, boolean unicode) {
    this.frame = frame;
    this.layout = layout;
    this.unicode = unicode;
  }

  Frame frame() {
    return frame;
  }

  void title(String summary) {
    frame.put(0, frame.put(0, 0, " inuse watch", Style.BOLD) + 2, summary, Style.PLAIN);
  }

  /** What rows have to have, and how they are arranged where there is room. */
  void settings(String search, boolean isTyping, String arrangement) {
    if (layout.settings() == 0) {
      return;
    }
    String filter = search.isEmpty() && !isTyping ? "" : " filter: " + search;
    int end = frame.put(1, 0, filter + (isTyping ? "_" : ""), Style.PLAIN);
    int at = frame.columns() - arrangement.length() - 1;
    if (at > end) {
      frame.put(1, at, arrangement, Style.DIM);
    }
  }

  /** The table, of which the chosen row is seen. */
  void table(Table table, Optional<Row> chosen, Rows rows, Window window) {
    if (layout.head() > 0) {
      frame.put(layout.headAt(), MARGIN, table.titles(), Style.DIM);
    }
    int at = table.lineOf(chosen);
    boolean isHeaded = at > 0 && table.lines().get(at - 1).kind() == ListTable.Kind.HEADING;
    int top = window.top(isHeaded ? at - 1 : at, at, table.lines().size(), layout.table());
    for (int row = 0; row < layout.table() && top + row < table.lines().size(); row++) {
      ListTable.Line line = table.lines().get(top + row);
      int there = layout.tableAt() + row;
      line.row()
          .ifPresentOrElse(
              one -> row(there, line.text(), rows.of(one).mark(), line.row().equals(chosen)),
              () -> frame.put(there, 0, line.text(), Style.BOLD));
    }
    if (table.lines().isEmpty() && layout.table() > 0) {
      frame.put(layout.tableAt(), MARGIN + 1, "nothing is held here", Style.DIM);
    }
  }

  private void row(int row, String text, Kept.Mark mark, boolean isChosen) {
    Style style =
        switch (mark) {
          case THERE -> Style.PLAIN;
          case NEW -> Style.PLAIN.in(Style.GREEN);
          case ENDED -> Style.DIM;
        };
    if (isChosen) {
      style = style.chosen();
    }
    frame.put(row, 0, (isChosen ? ">" : " ") + mark.sign(), style);
    frame.fill(row, frame.put(row, MARGIN, text, style), style);
    if (mark != Kept.Mark.THERE) {
      String word = " " + mark.word();
      frame.put(row, frame.columns() - word.length(), word, style);
    }
  }

  /** The beginning of a page, below the table. */
  void pane(Page page) {
    if (layout.pane() == 0) {
      return;
    }
    separator(
        layout.lineAt(),
        page.title(),
        page.isLonger(frame.columns(), layout.pane()) ? "enter: more" : "");
    page(page, layout.paneAt(), layout.pane());
  }

  /** A page in place of table and pane. */
  void whole(Page page) {
    separator(
        layout.wholeAt(),
        page.title(),
        page.isLonger(frame.columns(), layout.whole()) ? "down: more" : "");
    page(page, layout.wholeAt() + 1, layout.whole());
  }

  private void page(Page page, int at, int height) {
    List<String> window = page.window(frame.columns(), height);
    for (int i = 0; i < window.size(); i++) {
      frame.put(at + i, 0, window.get(i), Style.PLAIN);
    }
  }

  private void separator(int row, String title, String more) {
    String dash = unicode ? "\u2500" : "-";
    frame.put(row, 0, dash.repeat(frame.columns()), Style.DIM);
    if (!title.isEmpty()) {
      frame.put(row, 2, " " + title + " ", Style.BOLD);
    }
    int at = frame.columns() - more.length() - 4;
    if (!more.isEmpty() && at > title.length() + 4) {
      frame.put(row, at, " " + more + " ", Style.DIM);
    }
  }

  /** The last row. */
  void bottom(String text) {
    int row = frame.rows() - 1;
    if (row > 0) {
      frame.put(row, 0, text, Style.DIM);
    }
  }
}

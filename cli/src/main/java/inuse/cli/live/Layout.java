package inuse.cli.live;

/**
 * How the rows of a screen are divided, from the top: title, settings, head of the table, table,
 * line between, pane, keys. On a low one the least useful is left out.
 *
 * @param settings rows for how the table is made, none or one
 * @param head rows for the table's head, likewise
 * @param table rows for the table
 * @param pane rows for the pane; none where there is no line between either
 */
record Layout(int settings, int head, int table, int pane) {
  private static final int TITLE = 1;
  private static final int KEYS = 1;

  /** The lowest screen with a pane, with a head, and with settings. */
  private static final int LOWEST_WITH_PANE = 12;

  private static final int LOWEST_WITH_HEAD = 5;
  private static final int LOWEST_WITH_SETTINGS = 7;

  private static final int MOST_OF_PANE = 16;

  static Layout of(int rows) {
    int settings = rows < LOWEST_WITH_SETTINGS ? 0 : 1;
    int head = rows < LOWEST_WITH_HEAD ? 0 : 1;
    int left = Math.max(0, rows - TITLE - settings - head - KEYS);
    int pane = rows < LOWEST_WITH_PANE ? 0 : Math.min(MOST_OF_PANE, (left - 1) * 2 / 5);
    return new Layout(settings, head, left - (pane == 0 ? 0 : pane + 1), pane);
  }

  /** The row of the table's head. */
  int headAt() {
    return TITLE + settings;
  }

  /** The first row of the table. */
  int tableAt() {
    return headAt() + head;
  }

  /** The row of the line between table and pane. */
  int lineAt() {
    return tableAt() + table;
  }

  /** The first row of the pane. */
  int paneAt() {
    return lineAt() + 1;
  }

  /** The row of the line above a page that takes the place of all between title and keys. */
  int wholeAt() {
    return TITLE;
  }

  /** Rows of such a page. */
  int whole() {
    return Math.max(0, settings + head + table + (pane == 0 ? 0 : pane + 1) - 1);
  }
}

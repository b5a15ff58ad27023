package inuse.cli.live;

import inuse.core.evidence.Inventory;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import inuse.render.ListGrouping;
import inuse.render.ListTable;
import inuse.render.ListText;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** How rows are written. */
final class Lines {
  private final Optional<String> home;
  private final boolean colour;
  private final UnaryOperator<String> readable;

  /**
   * Such lines.
   *
   * @param home the directory that is written as {@code ~}
   * @param readable what a terminal can show of a text
   */
  Lines(Optional<String> home, boolean colour, UnaryOperator<String> readable) {
    this.home = home;
    this.colour = colour;
    this.readable = readable;
  }

  /** A table of rows of that inventory, as wide as that at most where they can be. */
  List<ListTable.Line> table(
      Inventory inventory, List<Row> rows, ListGrouping grouping, int columns) {
    return new ListTable(new Listing(inventory, rows), grouping, home, colour)
        .lines(columns).stream()
            .map(one -> new ListTable.Line(one.kind(), one.row(), readable.apply(one.text())))
            .toList();
  }

  /** A row with everything that is told of it. */
  static Entry entry(Inventory inventory, Row row) {
    return new Entry(row, ListText.plain(new Listing(inventory, List.of(row))));
  }

  /** All rows of a listing. */
  static List<Entry> entries(Listing listing) {
    return listing.rows().stream().map(row -> entry(listing.inventory(), row)).toList();
  }
}

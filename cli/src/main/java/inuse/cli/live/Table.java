package inuse.cli.live;

import inuse.core.list.Row;
import inuse.render.ListTable;
import java.util.List;
import java.util.Optional;

/** The table as it is shown: its lines, and among them the rows, one of which is chosen. */
final class Table {
  private final List<ListTable.Line> lines;
  private final List<Row> rows;
  private final String titles;

  Table(List<ListTable.Line> lines) {
    this.lines = lines.stream().filter(one -> one.kind() != ListTable.Kind.TITLES).toList();
    titles =
        lines.stream()
            .filter(one -> one.kind() == ListTable.Kind.TITLES)
            .map(ListTable.Line::text)
            .findFirst()
            .orElse("");
    rows = this.lines.stream().flatMap(one -> one.row().stream()).toList();
  }

  /** The titles of the columns. */
  String titles() {
    return titles;
  }

  /** Headings and rows. */
  List<ListTable.Line> lines() {
    return lines;
  }

  /** The rows alone, in the order in which they are seen. */
  List<Row> rows() {
    return rows;
  }

  /** The line of a row. */
  int lineOf(Optional<Row> row) {
    for (int i = 0; i < lines.size(); i++) {
      if (row.isPresent() && lines.get(i).row().equals(row)) {
        return i;
      }
    }
    return 0;
  }
}

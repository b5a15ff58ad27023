package inuse.cli.live;

import inuse.core.list.Row;
import java.util.List;
import java.util.Optional;

/** The chosen row: the same one while others come and go, and its neighbour when it goes. */
final class Selection {
  private String key = "";
  private int index;

  /** Finds it among the rows that are shown now. */
  void among(List<Row> rows) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).key().equals(key)) {
        index = i;
        return;
      }
    }
    at(rows, index);
  }

  /** Goes so many rows on, or back. */
  void move(List<Row> rows, long by) {
    at(rows, (int) Math.max(Integer.MIN_VALUE, Math.min(index + by, Integer.MAX_VALUE)));
  }

  private void at(List<Row> rows, int wanted) {
    index = Math.max(0, Math.min(wanted, rows.size() - 1));
    key = rows.isEmpty() ? "" : rows.get(index).key();
  }

  /** The chosen one; empty where there is none. */
  Optional<Row> of(List<Row> rows) {
    return index < rows.size() ? Optional.of(rows.get(index)) : Optional.empty();
  }
}

package inuse.core.list;

import inuse.core.evidence.Inventory;
import java.util.List;

/**
 * The rows of an inventory.
 *
 * @param rows in the order in which they are shown
 */
public record Listing(Inventory inventory, List<Row> rows) {
  public Listing {
    rows = List.copyOf(rows);
  }

  /** All rows, by port. */
  public static Listing of(Inventory inventory) {
    return new Listing(
        inventory,
        Order.PORT.sorted(
            inventory.spaces().stream()
                .flatMap(space -> new Rows(inventory, space).all().stream())
                .toList()));
  }
}

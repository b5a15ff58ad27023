package inuse.render;

import inuse.core.evidence.Inventory;
import inuse.core.list.Listing;
import inuse.core.list.Row;
import java.util.List;

/**
 * What became of a row of the list.
 *
 * @param seen the inventory in which that was seen
 */
public record RowChange(Kind kind, Inventory seen, Row row) {
  /** What it was. */
  public enum Kind {
    /** The row was there at the first look. */
    HELD('=', "held"),
    NEW('+', "new"),
    /** The same process has other sockets, or they have other processes. */
    CHANGED('~', "changed"),
    ENDED('-', "ended");

    private final char sign;
    private final String word;

    Kind(char sign, String word) {
      this.sign = sign;
      this.word = word;
    }

    /** The word for programs. */
    public String word() {
      return word;
    }
  }

  /** A line: when, a sign, and the row as {@link ListText#plain} has it; tabs are between them. */
  public String line() {
    return Timestamp.of(seen.takenAt())
        + "\t"
        + kind.sign
        + "\t"
        + ListText.plain(new Listing(seen, List.of(row)));
  }

  /** A JSON document in one line; {@link Schema} describes it. */
  public String document(String version) {
    return ListJson.change(version, this);
  }
}

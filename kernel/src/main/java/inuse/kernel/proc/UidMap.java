package inuse.kernel.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * /proc/PID/uid_map: which user of the namespace outside stands for one inside
 * (user_namespaces(7)).
 */
public record UidMap(List<Extent> extents) {
  /** The same ids inside and outside. */
  public static final UidMap NONE = new UidMap(List.of());

  public UidMap {
    extents = List.copyOf(extents);
  }

  /**
   * Ids in a row.
   *
   * @param inside the first one inside
   * @param outside what the first one is outside
   */
  public record Extent(long inside, long outside, long count) {}

  /** The lines of the file; one that makes no sense is left out. */
  public static UidMap parse(String text) {
    List<Extent> extents = new ArrayList<>();
    for (String line : Fields.split(text, '\n')) {
      List<Long> numbers = new ArrayList<>();
      for (String word : Fields.split(line, ' ')) {
        OptionalLong number = Numeral.decimal(word);
        if (number.isPresent()) {
          numbers.add(number.getAsLong());
        }
      }
      if (numbers.size() == 3) {
        extents.add(new Extent(numbers.get(0), numbers.get(1), numbers.get(2)));
      }
    }
    return new UidMap(extents);
  }

  /** The id outside; the same where nothing is said about it. */
  public long outside(long inside) {
    for (Extent extent : extents) {
      long distance = inside - extent.inside;
      if (distance >= 0 && distance < extent.count) {
        return extent.outside + distance;
      }
    }
    return inside;
  }
}

package inuse.kernel.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * /proc/PID/uid_map: which uid outside a user namespace belongs to a uid inside
 * (user_namespaces(7)).
 */
public record UidMap(List<Extent> extents) {
  /** The same ids inside and outside. */
  public static final UidMap NONE = new UidMap(List.of());

  public UidMap {
    extents = List.copyOf(extents);
  }

  /**
   * A run of consecutive ids.
   *
   * @param inside the first one inside
   * @param outside the first one outside
   */
  public record Extent(long inside, long outside, long count) {}

  /** Parses the file; a malformed line is ignored. */
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

  /** Whether the map has that id; what it has not shows as one id for all of them. */
  public boolean covers(long inside) {
    return extents.stream()
        .anyMatch(one -> inside >= one.inside && inside - one.inside < one.count);
  }

  /** The id outside; the same id where the map does not cover it. */
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

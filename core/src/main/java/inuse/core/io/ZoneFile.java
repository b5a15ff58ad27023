package inuse.core.io;

import inuse.core.evidence.Moment;
import java.util.Optional;

/**
 * A compiled time zone, as tzfile(5) and RFC 8536 describe it: the times at which clocks were set,
 * and a rule for all times after the last.
 */
final class ZoneFile {
  private static final int HEADER = 44;
  private static final int MAX_COUNT = 10_000;

  private final long[] times;
  private final long[] offsets;
  private final long before;
  private final Optional<ZoneRule> after;

  private ZoneFile(long[] times, long[] offsets, long before, Optional<ZoneRule> after) {
    this.times = times;
    this.offsets = offsets;
    this.before = before;
    this.after = after;
  }

  /** The zone of a file's content, one char a byte; empty where it is not one. */
  static Optional<ZoneFile> parse(String content) {
    if (!content.startsWith("TZif") || content.length() < HEADER) {
      return Optional.empty();
    }
    if (content.charAt(4) < '2') {
      return block(content, 0, 4);
    }
    // Numbers of four bytes come first, for readers of old.
    long second = HEADER + length(content, 0, 4);
    return second + HEADER <= content.length() && content.startsWith("TZif", (int) second)
        ? block(content, (int) second, 8)
        : Optional.empty();
  }

  /** Seconds east of Greenwich at that moment. */
  long offset(Moment moment) {
    long seconds = Math.floorDiv(moment.epochMillis(), 1000L);
    int last = times.length - 1;
    if (after.isPresent() && (last < 0 || seconds >= times[last])) {
      return after.get().offset(moment);
    }
    int low = 0;
    int high = times.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] <= seconds) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? before : offsets[low - 1];
  }

  private static Optional<ZoneFile> block(String content, int from, int width) {
    long length = length(content, from, width);
    int counts = (int) count(content, from, 3);
    int types = (int) count(content, from, 4);
    if (counts > MAX_COUNT || types < 1 || from + HEADER + length > content.length()) {
      return Optional.empty();
    }
    int at = from + HEADER;
    int kinds = at + counts * width;
    int descriptions = kinds + counts;
    long[] times = new long[counts];
    long[] offsets = new long[counts];
    for (int i = 0; i < counts; i++) {
      times[i] = number(content, at + i * width, width);
      int type = content.charAt(kinds + i);
      if (type >= types) {
        return Optional.empty();
      }
      offsets[i] = number(content, descriptions + type * 6, 4);
    }
    int end = from + HEADER + (int) length;
    int line = width == 8 ? content.indexOf('\n', end + 1) : -1;
    Optional<ZoneRule> rule =
        line < 0 ? Optional.empty() : ZoneRule.parse(content.substring(end + 1, line));
    return Optional.of(new ZoneFile(times, offsets, number(content, descriptions, 4), rule));
  }

  /** How long the numbers behind a header are. */
  private static long length(String content, int from, int width) {
    return count(content, from, 0)
        + count(content, from, 1)
        + count(content, from, 2) * (width + 4)
        + count(content, from, 3) * (width + 1)
        + count(content, from, 4) * 6
        + count(content, from, 5);
  }

  /** One of the six counts of a header. */
  private static long count(String content, int from, int index) {
    return number(content, from + 20 + index * 4, 4) & 0xffff_ffffL;
  }

  private static long number(String content, int at, int width) {
    long number = content.charAt(at) >= 0x80 ? -1 : 0;
    for (int i = 0; i < width; i++) {
      number = number << 8 | content.charAt(at + i);
    }
    return number;
  }
}

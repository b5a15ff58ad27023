package inuse.core.ask.supervision;

import inuse.kernel.netfilter.Element;
import inuse.kernel.netfilter.Expression;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A set or map of the packet filter: ranges of keys, and what a map has for each. */
record FilterSet(List<Entry> entries) {
  FilterSet {
    entries = List.copyOf(entries);
  }

  /**
   * Keys from {@code low} to {@code high}, both included; both empty for all keys that no other
   * entry has.
   *
   * @param parts whether each part of a key, padded to four bytes, has a range of its own
   */
  record Entry(
      String low, String high, boolean parts, String value, Optional<Expression.Verdict> verdict) {
    boolean isForOthers() {
      return low.isEmpty();
    }
  }

  /**
   * Of the elements as the kernel lists them.
   *
   * @param ranges whether elements are the beginnings and ends of ranges (NFT_SET_INTERVAL)
   */
  static FilterSet of(boolean ranges, List<Element> elements) {
    List<Element> sorted = new ArrayList<>(elements);
    sorted.sort(Comparator.comparing(Element::key));
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      Element one = sorted.get(i);
      if (!one.endsRange()) {
        String high =
            one.last().isPresent() || !ranges || one.key().isEmpty()
                ? one.last().orElse(one.key())
                : end(sorted, i);
        entries.add(new Entry(one.key(), high, one.last().isPresent(), one.value(), one.verdict()));
      }
    }
    return new FilterSet(entries);
  }

  /** The key before the next one, or the greatest of all. */
  private static String end(List<Element> sorted, int at) {
    String low = sorted.get(at).key();
    for (int i = at + 1; i < sorted.size(); i++) {
      if (sorted.get(i).key().compareTo(low) > 0) {
        return before(sorted.get(i).key());
      }
    }
    return "\u00ff".repeat(low.length());
  }

  private static String before(String key) {
    char[] chars = key.toCharArray();
    int at = chars.length - 1;
    while (at > 0 && chars[at] == 0) {
      chars[at--] = 0xff;
    }
    chars[at]--;
    return new String(chars);
  }
}

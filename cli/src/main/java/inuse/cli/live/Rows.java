package inuse.cli.live;

import inuse.core.list.Order;
import inuse.core.list.Row;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows over time: new ones are marked for a while, and ended ones stay a little. */
final class Rows {
  /** How long an ended row stays. */
  static final Duration ENDED_STAYS = Duration.ofSeconds(3);

  /** How long a row is called new. */
  static final Duration NEW_STAYS = Duration.ofSeconds(10);

  private final Map<String, Kept> rows = new LinkedHashMap<>();
  private boolean hasLooked;

  /** What was found now; nothing is new the first time. */
  void found(List<Entry> entries, Duration now) {
    Map<String, Entry> found = new LinkedHashMap<>();
    entries.forEach(entry -> found.put(entry.key(), entry));
    for (Kept kept : List.copyOf(rows.values())) {
      if (!found.containsKey(kept.entry().key()) && kept.mark() != Kept.Mark.ENDED) {
        rows.put(kept.entry().key(), new Kept(kept.entry(), Kept.Mark.ENDED, now));
      }
    }
    Kept.Mark mark = hasLooked ? Kept.Mark.NEW : Kept.Mark.THERE;
    found.forEach((key, entry) -> rows.put(key, again(rows.get(key), new Kept(entry, mark, now))));
    hasLooked = true;
    var _ = passes(now);
  }

  /** A row that is there, as it was marked before where it was. */
  private static Kept again(@Nullable Kept before, Kept now) {
    return before == null || before.mark() == Kept.Mark.ENDED
        ? now
        : new Kept(now.entry(), before.mark(), before.since());
  }

  /** Time has passed; whether that changed anything. */
  boolean passes(Duration now) {
    boolean changed = false;
    for (Kept kept : List.copyOf(rows.values())) {
      Duration age = now.minus(kept.since());
      String key = kept.entry().key();
      if (kept.mark() == Kept.Mark.ENDED && age.compareTo(ENDED_STAYS) >= 0) {
        rows.remove(key);
        changed = true;
      } else if (kept.mark() == Kept.Mark.NEW && age.compareTo(NEW_STAYS) >= 0) {
        rows.put(key, new Kept(kept.entry(), Kept.Mark.THERE, kept.since()));
      }
    }
    return changed;
  }

  /** Forgets all, as where something else is looked at from now on. */
  void clear() {
    rows.clear();
    hasLooked = false;
  }

  /** Whether a mark will go by itself. */
  boolean isChanging() {
    return rows.values().stream().anyMatch(one -> one.mark() != Kept.Mark.THERE);
  }

  /** Those that have the searched characters, in that order. */
  List<Row> shown(String searched, Order order) {
    return order.sorted(
        rows.values().stream()
            .map(Kept::entry)
            .filter(one -> one.has(searched))
            .map(Entry::row)
            .toList());
  }

  /** What has become of a row that is shown. */
  Kept of(Row row) {
    return Objects.requireNonNull(rows.get(row.key()));
  }
}

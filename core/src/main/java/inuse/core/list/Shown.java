package inuse.core.list;

import inuse.core.evidence.Holder;
import inuse.core.explain.rule.Workers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The holders of a row.
 *
 * @param holders the one that is shown first
 * @param workers how many of the others are its workers
 */
record Shown(List<Holder> holders, int workers) {
  static Shown of(List<Holder> all) {
    if (all.size() < 2) {
      return new Shown(all, 0);
    }
    Workers workers = Workers.among(all);
    Holder shown =
        workers.masters().stream()
            .min(
                Comparator.<Holder, Boolean>comparing(
                        one -> all.stream().anyMatch(other -> one.isBelow(other.pid())))
                    .thenComparing(Holder::pid))
            .orElse(all.getFirst());
    List<Holder> ordered = new ArrayList<>(List.of(shown));
    all.stream().filter(one -> !one.equals(shown)).forEach(ordered::add);
    return new Shown(ordered, workers.of(shown).size());
  }
}

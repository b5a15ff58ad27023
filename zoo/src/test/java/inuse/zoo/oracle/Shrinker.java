package inuse.zoo.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reduces a failing scenario to the smallest one that still fails. */
final class Shrinker {
  private final Predicate<Scenario> fails;

  Shrinker(Predicate<Scenario> fails) {
    this.fails = fails;
  }

  Scenario shrink(Scenario failing) {
    Scenario smallest = failing;
    Optional<Scenario> smaller = Optional.of(failing);
    while (smaller.isPresent()) {
      smallest = smaller.get();
      smaller = simpler(smallest).stream().filter(fails).findFirst();
    }
    return smallest;
  }

  /** Every scenario that is simpler by one step, the biggest step first. */
  private static List<Scenario> simpler(Scenario scenario) {
    List<Scenario> all = new ArrayList<>();
    for (int i = 0; i < scenario.holders().size(); i++) {
      all.add(scenario.withoutHolder(i));
    }
    for (int i = 0; i < scenario.holders().size(); i++) {
      int index = i;
      Part holder = scenario.holders().get(i);
      simplerKinds(holder.kind())
          .forEach(kind -> all.add(scenario.withHolder(index, holder.as(kind))));
      simpler(holder).forEach(part -> all.add(scenario.withHolder(index, part)));
    }
    simpler(scenario.newcomer()).forEach(part -> all.add(scenario.withNewcomer(part)));
    return all;
  }

  private static List<Part> simpler(Part part) {
    List<Part> all = new ArrayList<>();
    part.options().forEach(option -> all.add(part.without(option)));
    for (String address : List.of("0.0.0.0", "127.0.0.1", "::", "::1")) {
      if (part.address().equals(address)) {
        break;
      }
      all.add(part.at(address));
    }
    return all;
  }

  private static List<String> simplerKinds(String kind) {
    List<String> all = new ArrayList<>();
    for (String simple : List.of("bound", "listen", "out/est", "acc/est", "acc/tw")) {
      if (kind.equals(simple)) {
        break;
      }
      all.add(simple);
    }
    // A UDP holder has no state.
    return kind.equals("out") || kind.equals("auto") ? List.of("bound") : all;
  }
}

package inuse.cli.hook;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which processes a text is about that a command prints, as far as words tell. */
sealed interface Aim {
  /** Those that have one of these ports, as targets of inuse. */
  record Ports(List<String> targets) implements Aim {
    public Ports {
      targets = List.copyOf(targets);
    }
  }

  /**
   * Those of a name.
   *
   * @param names the plain ones; none where a pattern has none
   */
  record Named(List<String> names) implements Aim {
    public Named {
      names = List.copyOf(names);
    }
  }

  /**
   * All of a table, until something chooses from it.
   *
   * @param ofSockets whether it is one of sockets, else of processes
   * @param protocol what stands before a port of it in a target
   */
  record Table(boolean ofSockets, String protocol) implements Aim {}

  /** What both are about; ports tell most, a table least. */
  static Optional<Aim> both(Optional<Aim> one, Optional<Aim> other) {
    if (one.isPresent()
        && other.isPresent()
        && one.get() instanceof Ports(List<String> first)
        && other.get() instanceof Ports(List<String> second)) {
      Set<String> all = new LinkedHashSet<>(first);
      all.addAll(second);
      return Optional.of(new Ports(List.copyOf(all)));
    }
    return rank(other) > rank(one) ? other : one;
  }

  private static int rank(Optional<Aim> aim) {
    return aim.isEmpty()
        ? 0
        : switch (aim.get()) {
          case Table table -> 1;
          case Named named -> 2;
          case Ports ports -> 3;
        };
  }
}

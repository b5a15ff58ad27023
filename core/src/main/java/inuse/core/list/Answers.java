package inuse.core.list;

import inuse.core.evidence.Holder;
import inuse.core.evidence.Port;
import java.util.List;

/**
 * Who answers at a port that several servers have, as it concerns one of them.
 *
 * @param names those by which clients reach it, each time or now and then
 * @param shadows those that it listens for, too, and by which clients reach another
 */
public record Answers(Port port, List<String> names, List<Shadow> shadows) {
  public Answers {
    names = List.copyOf(names);
    shadows = List.copyOf(shadows);
  }

  /**
   * A name that reaches another.
   *
   * @param name {@code localhost}, or an address as in a URL
   * @param by whom it reaches; none where no process is visible
   */
  public record Shadow(String name, List<Holder> by) {
    public Shadow {
      by = List.copyOf(by);
    }
  }
}

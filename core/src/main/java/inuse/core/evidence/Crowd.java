package inuse.core.evidence;

import java.util.List;

/**
 * The connections of a busy port beyond those that are told one by one: counted by state and owner,
 * and by the processes that have them.
 *
 * @param served how many of them are open in a process that also has a listener of the port
 * @param elsewhere how many are open in other processes
 * @param unseen how many are open in a process that was not found
 * @param shares how many each process has, those with the most first; a connection that several
 *     have is counted for each
 */
public record Crowd(List<Kind> kinds, int served, int elsewhere, int unseen, List<Share> shares) {
  /** There are no more. */
  public static final Crowd NONE = new Crowd(List.of(), 0, 0, 0, List.of());

  public Crowd {
    kinds = List.copyOf(kinds);
    shares = List.copyOf(shares);
  }

  /**
   * Connections that are alike.
   *
   * @param open whether a process has them, or had when the kernel told of them
   */
  public record Kind(SocketState state, Account owner, boolean open, int count) {}

  /** What one process has. */
  public record Share(Pid pid, int count) {}

  /** How many there are. */
  public int count() {
    return kinds.stream().mapToInt(Kind::count).sum();
  }

  /** How many without a process are in that state. */
  public int left(SocketState state) {
    return kinds.stream()
        .filter(one -> one.state() == state && !one.open())
        .mapToInt(Kind::count)
        .sum();
  }
}

package inuse.java;

import java.util.List;

/**
 * One reason why a bind is refused, or would be.
 *
 * @param id its name, such as {@code listener} or {@code time-wait}, which {@code inuse explain}
 *     has a page about; a newer executable may have further ones
 * @param severity {@code critical} when only an action gives the address back, {@code warning} when
 *     time or SO_REUSEADDR does, {@code info} otherwise
 * @param summary who holds what, in a line, with names and pids
 * @param holders the processes that have it, the likeliest first; none where no process does or
 *     none could be seen
 * @param remedies what gives the address back, the best first
 */
public record Cause(
    String id, String severity, String summary, List<Holder> holders, List<Remedy> remedies) {
  public Cause {
    holders = List.copyOf(holders);
    remedies = List.copyOf(remedies);
  }
}

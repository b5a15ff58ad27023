package inuse.record;

import inuse.core.events.Place;
import java.util.List;

/**
 * A bind that did not come about.
 *
 * @param nanos when it was asked for, by CLOCK_BOOTTIME
 * @param process that asked, by its number
 * @param pid of it
 * @param holders that had the port in that moment, by their numbers
 * @param listening whether one of their sockets listened
 * @param conflicts how many sockets were in the way
 */
record RefusedBind(
    long nanos,
    int process,
    int pid,
    Place place,
    List<Integer> holders,
    boolean listening,
    int conflicts) {
  RefusedBind {
    holders = List.copyOf(holders);
  }
}

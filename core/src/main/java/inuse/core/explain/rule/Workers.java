package inuse.core.explain.rule;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Several processes that are one server: a master and its workers, which run its program below it,
 * share its socket and end with it. Ended one by one they would be started again, and not finish
 * what they are at.
 */
public final class Workers {
  private final List<Holder> masters = new ArrayList<>();
  private final Map<Pid, List<Holder>> workers = new HashMap<>();

  private Workers(List<Holder> holders) {
    Map<Pid, Holder> all = new HashMap<>();
    holders.forEach(one -> all.put(one.pid(), one));
    for (Holder one : holders) {
      masterOf(one, all)
          .ifPresentOrElse(
              master -> workers.computeIfAbsent(master.pid(), pid -> new ArrayList<>()).add(one),
              () -> masters.add(one));
    }
  }

  /** Which of these holders are masters, and of whom. */
  public static Workers among(List<Holder> holders) {
    return new Workers(holders);
  }

  /** The workers of that master. */
  public List<Holder> of(Holder master) {
    return workers.getOrDefault(master.pid(), List.of());
  }

  /** Those that are nobody's workers. */
  public List<Holder> masters() {
    return List.copyOf(masters);
  }

  /** The topmost of these holders that runs the same program above this one and has its socket. */
  private static Optional<Holder> masterOf(Holder worker, Map<Pid, Holder> holders) {
    Optional<Holder> master = Optional.empty();
    for (Ancestor above : worker.ancestry()) {
      Holder one = holders.get(above.pid());
      if (one != null
          && !one.pid().equals(worker.pid())
          && one.program().equals(worker.program())
          && shares(one, worker)) {
        master = Optional.of(one);
      }
    }
    return master;
  }

  private static boolean shares(Holder one, Holder other) {
    Set<Inode> its = inodes(one);
    return inodes(other).stream().anyMatch(its::contains);
  }

  private static Set<Inode> inodes(Holder holder) {
    Set<Inode> inodes =
        holder.sockets().stream().map(Holder.OpenSocket::inode).collect(Collectors.toSet());
    holder.references().forEach(one -> inodes.add(one.inode()));
    return inodes;
  }
}

package inuse.core.explain.rule;

import inuse.core.evidence.Ancestor;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Pid;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Several processes that are one server: a master and its workers, which run its program below it,
 * share its socket and end with it. Ended one by one they would be started again, and not finish
 * what they are at.
 */
public final class Workers {
  private Workers() {}

  /** The topmost of these holders that runs the same program above this one and has its socket. */
  public static Optional<Holder> masterOf(Holder worker, List<Holder> holders) {
    List<Pid> above = worker.ancestry().stream().map(Ancestor::pid).toList();
    Optional<Holder> master = Optional.empty();
    for (Pid pid : above) {
      Optional<Holder> found =
          holders.stream()
              .filter(one -> one.pid().equals(pid) && !pid.equals(worker.pid()))
              .filter(one -> one.program().equals(worker.program()) && shares(one, worker))
              .findFirst();
      master = found.isPresent() ? found : master;
    }
    return master;
  }

  /** The workers of that master. */
  public static List<Holder> of(Holder master, List<Holder> holders) {
    return holders.stream()
        .filter(one -> masterOf(one, holders).filter(master::equals).isPresent())
        .toList();
  }

  /** Those that are nobody's workers. */
  public static List<Holder> masters(List<Holder> holders) {
    return holders.stream().filter(one -> masterOf(one, holders).isEmpty()).toList();
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

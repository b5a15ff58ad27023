package inuse.core.evidence;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes that have any of some sockets, by pid; and those of each socket, looked up instead
 * of searched for: a busy port has thousands of both.
 */
public final class Holders extends AbstractList<Holder> {
  private final List<Holder> all;
  private final Late<Map<Inode, List<Holder>>> byInode = new Late<>(this::index);

  private Holders(List<Holder> all) {
    this.all = List.copyOf(all);
  }

  /** The same processes. */
  public static Holders of(List<Holder> all) {
    return all instanceof Holders already ? already : new Holders(all);
  }

  /** The processes that have that socket open, or keep it alive. */
  public List<Holder> of(BoundSocket socket) {
    return socket
        .inode()
        .flatMap(one -> Optional.ofNullable(byInode.get().get(one)))
        .orElse(List.of());
  }

  private Map<Inode, List<Holder>> index() {
    Map<Inode, List<Holder>> index = new HashMap<>();
    for (Holder holder : all) {
      holder.sockets().forEach(one -> add(index, one.inode(), holder));
      holder.references().forEach(one -> add(index, one.inode(), holder));
    }
    return index;
  }

  /** A process comes once, however many descriptors it has. */
  private static void add(Map<Inode, List<Holder>> index, Inode inode, Holder holder) {
    List<Holder> its = index.computeIfAbsent(inode, one -> new ArrayList<>(1));
    if (its.isEmpty() || its.getLast() != holder) {
      its.add(holder);
    }
  }

  @Override
  public Holder get(int index) {
    return all.get(index);
  }

  @Override
  public int size() {
    return all.size();
  }
}

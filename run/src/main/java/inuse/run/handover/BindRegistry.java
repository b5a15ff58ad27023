package inuse.run.handover;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The binds of a program, by the inodes of the sockets. */
final class BindRegistry {
  /** Maximum binds: a loop over ports must not make us grow. */
  static final int MAX = 1024;

  /** New binds between two looks for those that are gone, at least. */
  private static final int FEW = 256;

  private final Map<Long, Bound> byInode = new HashMap<>();
  private int fresh;

  /**
   * One socket.
   *
   * @param flags its file status flags when it was bound
   * @param backlog of its listen(2), or -1 before that
   */
  record Bound(BindKey key, int flags, int backlog) {
    boolean listens() {
      return backlog >= 0;
    }
  }

  /** Records a bind(2); false where there is no room for it. */
  boolean bound(long inode, BindKey key, int flags) {
    fresh++;
    if (byInode.size() >= MAX && !byInode.containsKey(inode)) {
      byInode.values().removeIf(one -> !one.listens());
    }
    if (byInode.size() >= MAX && !byInode.containsKey(inode)) {
      return false;
    }
    byInode.put(inode, new Bound(key, flags, -1));
    return true;
  }

  boolean has(long inode) {
    return byInode.containsKey(inode);
  }

  /**
   * Whether it is time to look which sockets are gone: as many binds have been made as there were
   * sockets at the last look.
   */
  boolean isStale() {
    return fresh >= Math.max(FEW, byInode.size() - fresh);
  }

  /** Forgets all other sockets. */
  void keep(Set<Long> inodes) {
    byInode.keySet().retainAll(inodes);
    fresh = 0;
  }

  /**
   * Records a listen(2); empty where the socket was not bound to an explicit address, which no
   * successor will ask for.
   */
  Optional<Bound> listens(long inode, int backlog) {
    return Optional.ofNullable(
        byInode.computeIfPresent(
            inode, (one, bound) -> new Bound(bound.key(), bound.flags(), Math.max(backlog, 0))));
  }

  /** The sockets that listen, by their inodes. */
  Map<Long, Bound> listening() {
    Map<Long, Bound> listening = new HashMap<>();
    byInode.forEach((inode, bound) -> {
      if (bound.listens()) {
        listening.put(inode, bound);
      }
    });
    return listening;
  }
}

package inuse.run.handover;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The binds of a program, by the inodes of the sockets. */
final class BindRegistry {
  /** Maximum binds: a loop over ports must not make us grow. */
  private static final int MAX = 1024;

  private final Map<Long, Bound> byInode = new HashMap<>();

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

  void bound(long inode, BindKey key, int flags) {
    if (byInode.size() >= MAX) {
      byInode.values().removeIf(one -> !one.listens());
    }
    if (byInode.size() < MAX) {
      byInode.put(inode, new Bound(key, flags, -1));
    }
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

package inuse.core;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.PortSnapshot;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.rule.LikeFormer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which connections are sessions that systemd started for them. Who has a connection is known only
 * to a whole look, and does not change: each is looked at once.
 */
final class Sessions {
  /** With more, a server's own are still open, and the whole look would not have them all. */
  private static final int MOST = 64;

  private final Supplier<Diagnosis> look;
  private final Map<Long, Boolean> byCookie = new HashMap<>();

  Sessions(Supplier<Diagnosis> look) {
    this.look = look;
  }

  /** Whether it is one, by the looks so far. */
  boolean isOne(BoundSocket socket) {
    return byCookie.getOrDefault(socket.cookie(), false);
  }

  /** Whether they all are; there is a look where one of them was not in the former ones. */
  boolean areAll(List<BoundSocket> connections) {
    if (connections.size() > MOST) {
      return false;
    }
    if (connections.stream().anyMatch(one -> !byCookie.containsKey(one.cookie()))) {
      connections.forEach(one -> byCookie.putIfAbsent(one.cookie(), false));
      if (look.get().snapshot() instanceof PortSnapshot seen) {
        seen.sockets().forEach(one -> byCookie.put(one.cookie(), LikeFormer.isSession(one, seen)));
      }
    }
    return connections.stream().allMatch(this::isOne);
  }
}

package inuse.zoo.oracle;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.IpAddress.Family;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The order in which the kernel keeps the UDP sockets of a port, which cannot be observed
 * completely.
 */
final class UdpChain {
  private UdpChain() {}

  /**
   * The last to be bound is the first, but an IPv6 socket that had SO_REUSEPORT by then goes to the
   * end: sk_add_node_rcu(), include/net/sock.h. Inodes are numbered in the order in which the
   * sockets were made.
   *
   * @param holders those that are there, each with one socket
   */
  static List<BoundSocket> order(List<BoundSocket> sockets, List<Part> holders) {
    if (sockets.size() != holders.size()) {
      throw new IllegalStateException(sockets + " for " + holders);
    }
    List<BoundSocket> made =
        sockets.stream()
            .sorted(Comparator.comparingLong(socket -> socket.inode().orElseThrow().number()))
            .toList();
    Deque<BoundSocket> chain = new ArrayDeque<>();
    for (int i = 0; i < made.size(); i++) {
      BoundSocket socket = made.get(i);
      boolean reusePort = holders.get(i).has("rp") || holders.get(i).has("rp-");
      if (reusePort && socket.local().address().family() == Family.V6) {
        chain.addLast(socket);
      } else {
        chain.addFirst(socket);
      }
    }
    return List.copyOf(chain);
  }
}

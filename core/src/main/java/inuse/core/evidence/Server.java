package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sockets of one port that one program serves: what shares a process, a master with its workers,
 * and the forwarders of one container. It does not matter which of its sockets a client reaches.
 *
 * @param sockets that take clients
 * @param holders the processes that have them; none where they are not seen
 */
public record Server(List<BoundSocket> sockets, List<Holder> holders) {
  public Server {
    sockets = List.copyOf(sockets);
    holders = List.copyOf(holders);
  }

  /**
   * The servers among these sockets.
   *
   * @param sockets all of one protocol and port
   * @param asker whoever asks, and whose word on containers is believed besides root's
   */
  public static List<Server> among(List<BoundSocket> sockets, List<Holder> holders, Uid asker) {
    return among(
        sockets, socket -> holders.stream().filter(holder -> holder.holds(socket)).toList(), asker);
  }

  /** The same, where it is known which processes have a socket. */
  public static List<Server> among(
      List<BoundSocket> sockets, Function<BoundSocket, List<Holder>> holders, Uid asker) {
    List<Server> servers = new ArrayList<>();
    for (BoundSocket socket : sockets) {
      if (!socket.takesClients()) {
        continue;
      }
      Server one = new Server(List.of(socket), holders.apply(socket));
      for (Server other : List.copyOf(servers)) {
        if (other.isOneWith(one, asker)) {
          servers.remove(other);
          one = other.with(one);
        }
      }
      servers.add(one);
    }
    return servers;
  }

  private Server with(Server more) {
    List<BoundSocket> both = new ArrayList<>(sockets);
    both.addAll(more.sockets);
    List<Holder> all = new ArrayList<>(holders);
    more.holders.stream()
        .filter(one -> holders.stream().noneMatch(it -> it.pid().equals(one.pid())))
        .forEach(all::add);
    return new Server(both, all);
  }

  private boolean isOneWith(Server other, Uid asker) {
    if (holders.isEmpty() && other.holders.isEmpty()) {
      BoundSocket one = sockets.getFirst();
      BoundSocket two = other.sockets.getFirst();
      return one.owner().equals(two.owner()) && one.cgroup().equals(two.cgroup());
    }
    return holders.stream()
        .anyMatch(one -> other.holders.stream().anyMatch(two -> isOneWith(one, two, asker)));
  }

  private static boolean isOneWith(Holder one, Holder two, Uid asker) {
    if (one.pid().equals(two.pid())) {
      return true;
    }
    Optional<PortProxy> forwarder = forwarder(one, asker);
    return (forwarder.isPresent() && forwarder.equals(forwarder(two, asker)))
        || (one.program().equals(two.program())
            && (one.isBelow(two.pid()) || two.isBelow(one.pid()) || haveOneMaster(one, two)));
  }

  private static Optional<PortProxy> forwarder(Holder holder, Uid asker) {
    return holder.trusted(holder.supervision().proxy(), asker).map(Statement.Trusted::content);
  }

  /** Whether a process of the same program, which need not have the port itself, started both. */
  private static boolean haveOneMaster(Holder one, Holder two) {
    if (one.ancestry().isEmpty() || two.ancestry().isEmpty()) {
      return false;
    }
    Ancestor above = one.ancestry().getFirst();
    return above.pid().equals(two.ancestry().getFirst().pid())
        && above.command().equals(one.command());
  }

  /** Whether it has that socket. */
  public boolean has(BoundSocket socket) {
    return sockets.contains(socket);
  }
}

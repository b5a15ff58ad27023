package inuse.core.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sockets of one port that one program serves: what shares a process, workers that were forked and
 * each have a socket of the same address, and the forwarders of one container. It does not matter
 * which of its sockets a client reaches.
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
    return among(sockets, Holders.of(holders)::of, asker);
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
    boolean beside =
        sockets.stream()
            .anyMatch(
                one -> other.sockets.stream().anyMatch(two -> two.local().equals(one.local())));
    return holders.stream()
        .anyMatch(one ->
            other.holders.stream()
                .anyMatch(two ->
                    one.pid().equals(two.pid())
                        || haveOneContainer(one, two, asker)
                        || (beside && areForked(one, two))));
  }

  private static boolean haveOneContainer(Holder one, Holder two, Uid asker) {
    Optional<PortProxy> forwarder = forwarder(one, asker);
    return forwarder.isPresent() && forwarder.equals(forwarder(two, asker));
  }

  /** Whether they are one program that has forked, as workers do. */
  private static boolean areForked(Holder one, Holder two) {
    return one.program().equals(two.program())
        && one.lineage().isPresent()
        && one.lineage().equals(two.lineage());
  }

  private static Optional<PortProxy> forwarder(Holder holder, Uid asker) {
    return holder.trusted(holder.supervision().proxy(), asker).map(Statement.Trusted::content);
  }

  /** Whether it has that socket. */
  public boolean has(BoundSocket socket) {
    return sockets.contains(socket);
  }
}

package inuse.core.list;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Device;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Untrusted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sockets of the same holders by kind: what is said of one of a kind holds for all of them. Those
 * of servers that differ in nothing but their ports are one kind, and any other is one by itself.
 */
final class Kinds {
  private final List<BoundSocket> samples = new ArrayList<>();
  private final int[] kinds;

  /** All by which causes and rows are told apart, but for the holders and the port. */
  private record Mark(
      Protocol protocol,
      SocketState state,
      IpAddress address,
      Account owner,
      boolean open,
      Optional<Device> device,
      Reading<Untrusted> cgroup,
      BoundSocket.Options options,
      BoundSocket.Origin origin) {
    static Mark of(BoundSocket socket) {
      return new Mark(
          socket.protocol(),
          socket.state(),
          socket.local().address(),
          socket.owner(),
          socket.inode().isPresent(),
          socket.device(),
          socket.cgroup(),
          socket.options(),
          socket.origin());
    }
  }

  /** The kinds of these sockets. */
  Kinds(List<BoundSocket> sockets, List<Holder> holders) {
    // One that keeps a socket alive without a descriptor of it may have descriptors of others.
    boolean alike = holders.stream().allMatch(one -> one.references().isEmpty());
    kinds = new int[sockets.size()];
    Map<Mark, Integer> known = new HashMap<>();
    Optional<Mark> before = Optional.empty();
    for (int i = 0; i < kinds.length; i++) {
      BoundSocket socket = sockets.get(i);
      int next = samples.size();
      Optional<Mark> mark =
          alike && socket.isServers() && socket.peer().isEmpty()
              ? Optional.of(Mark.of(socket))
              : Optional.empty();
      // Most are as the one before, which is told sooner than where it is among all.
      boolean same = mark.isPresent() && mark.equals(before);
      Integer kind = same ? Integer.valueOf(kinds[i - 1]) : null;
      if (!same && mark.isPresent()) {
        kind = known.putIfAbsent(mark.get(), next);
      }
      before = mark;
      kinds[i] = kind == null ? next : kind;
      if (kind == null) {
        samples.add(socket);
      }
    }
  }

  /** The first socket of each kind. */
  List<BoundSocket> samples() {
    return samples;
  }

  /** The kind of a socket, by its place among all. */
  int of(int place) {
    return kinds[place];
  }
}

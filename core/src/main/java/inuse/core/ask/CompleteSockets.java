package inuse.core.ask;

import inuse.core.ask.holders.HolderOptions;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holders;
import inuse.core.evidence.SocketState;
import inuse.kernel.SystemCalls;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The sockets of a port with what their holders, and another dump, tell of them. */
final class CompleteSockets {
  private CompleteSockets() {}

  /**
   * Completes them.
   *
   * @param autoPorts the cookies of those whose port was not asked for, looked up where one of them
   *     is outgoing
   */
  static List<BoundSocket> of(
      SystemCalls calls,
      List<BoundSocket> sockets,
      Holders holders,
      Supplier<Set<Long>> autoPorts) {
    boolean outgoing =
        sockets.stream()
            .anyMatch(
                socket -> socket.state() == SocketState.SYN_SENT || socket.initiated().is(true));
    Optional<Set<Long>> auto = outgoing ? Optional.of(autoPorts.get()) : Optional.empty();
    try (HolderOptions options = new HolderOptions(calls)) {
      return sockets.stream()
          .map(socket -> {
            BoundSocket complete = options.complete(socket, holders.of(socket));
            return auto.isPresent()
                ? complete.withAutoPort(auto.get().contains(socket.cookie()))
                : complete;
          })
          .toList();
    }
  }
}

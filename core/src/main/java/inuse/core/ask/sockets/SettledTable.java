package inuse.core.ask.sockets;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.SocketState;
import inuse.kernel.SystemCalls;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The table of sockets, looked at again where somebody is bound without listening. For a moment
 * every server is, and so is whoever asks by a bind: both pass.
 *
 * @param found the last look
 * @param passing the cookies of those that were bound without listening in that look alone
 */
public record SettledTable(SocketTable.Found found, Set<Long> passing) {
  /** Between two looks: more than a server takes from bind(2) to listen(2), even with a look-up. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** Looks once, or twice. */
  public static SettledTable of(SystemCalls calls, Supplier<SocketTable.Found> look) {
    SocketTable.Found first = look.get();
    Set<Long> before = bound(first);
    if (before.isEmpty()) {
      return new SettledTable(first, Set.of());
    }
    calls.awaitInputs(new int[0], new int[0], PAUSE.toNanos());
    SocketTable.Found later = look.get();
    Set<Long> passing = new HashSet<>(bound(later));
    passing.removeAll(before);
    return new SettledTable(later, passing);
  }

  /**
   * Whether nothing but listeners has the port, besides what passes, and nothing that was not seen.
   * A listener refuses a bind with SO_REUSEADDR as it refuses one without: the kernel asks for the
   * option of both sockets only where none of them listens.
   */
  public boolean hasOnlyListeners() {
    List<BoundSocket> others =
        found.sockets().stream().filter(one -> one.state() != SocketState.LISTEN).toList();
    return others.stream().map(BoundSocket::cookie).allMatch(passing::contains) && found.isWhole();
  }

  /** The cookies of those that are bound and do not listen, though they could: not those of UDP. */
  private static Set<Long> bound(SocketTable.Found found) {
    return found.sockets().stream()
        .filter(one -> one.protocol() == Protocol.TCP && one.state() == SocketState.BOUND)
        .map(BoundSocket::cookie)
        .collect(Collectors.toSet());
  }
}

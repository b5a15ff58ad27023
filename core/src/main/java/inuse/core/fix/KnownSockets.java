package inuse.core.fix;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.UnixSnapshot;
import java.util.HashSet;
import java.util.Set;

/** The sockets that were seen in the way; a server's that is not among them has come since. */
final class KnownSockets {
  /** Cookies, of unix sockets inodes. */
  private final Set<Long> known = new HashSet<>();

  /** Those of a look belong to what was agreed to. */
  void remember(Snapshot seen) {
    switch (seen) {
      case PortSnapshot snapshot -> snapshot.sockets().forEach(one -> known.add(one.cookie()));
      case UnixSnapshot unix ->
          unix.sockets().forEach(one -> one.inode().ifPresent(inode -> known.add(inode.number())));
    }
  }

  /** Whether a server's socket was created since: an inherited one is still the same socket. */
  boolean isSomebodyNew(Snapshot seen) {
    return switch (seen) {
      case PortSnapshot snapshot ->
          snapshot.sockets().stream()
              .filter(BoundSocket::isServers)
              .anyMatch(one -> !known.contains(one.cookie()));
      case UnixSnapshot unix ->
          unix.sockets().stream()
              .flatMap(one -> one.inode().stream())
              .anyMatch(inode -> !known.contains(inode.number()));
    };
  }
}

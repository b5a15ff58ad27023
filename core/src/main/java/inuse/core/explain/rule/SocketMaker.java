package inuse.core.explain.rule;

import inuse.core.evidence.Account;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Inode;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.Uid;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who made a socket that a process holds. A process makes its sockets itself, or is given them by
 * root: inetd, a service manager, its own past before it dropped its privileges. One that was made
 * by somebody else may have been sent to it unasked (unix(7), SCM_RIGHTS), and then the process is
 * not to blame for it.
 */
public final class SocketMaker {
  private SocketMaker() {}

  /**
   * The user who made a server's socket that the process holds, where that is neither the process's
   * own user nor root; empty too where either is unknown.
   */
  public static Optional<Account> of(Holder holder, Snapshot seen) {
    return switch (seen) {
      case PortSnapshot snapshot -> of(holder, snapshot.sockets());
      case UnixSnapshot unix ->
          other(
              holder,
              unix.sockets().stream()
                  .filter(one -> one.inode().filter(inode -> has(holder, inode)).isPresent())
                  .map(UnixSocket::owner)
                  .flatMap(owner -> owner.toOptional().stream()));
    };
  }

  /** The same, of these sockets. */
  public static Optional<Account> of(Holder holder, List<BoundSocket> sockets) {
    return other(
        holder,
        sockets.stream()
            .filter(one -> one.isServers() && holder.holds(one))
            .map(BoundSocket::owner));
  }

  private static boolean has(Holder holder, Inode inode) {
    return holder.sockets().stream().anyMatch(one -> one.inode().equals(inode));
  }

  private static Optional<Account> other(Holder holder, Stream<Account> makers) {
    Optional<Uid> own = holder.account().toOptional().map(Account::uid);
    return own.flatMap(uid ->
        makers
            .filter(maker -> !maker.uid().equals(uid) && !maker.uid().equals(Uid.ROOT))
            .findFirst());
  }
}

package inuse.core.fix;

import inuse.core.evidence.Account;
import inuse.core.evidence.Caller;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Login;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Snapshot;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Uid;
import java.util.Optional;

/** What the caller's login came in through, and the next one will have to. */
final class WayIn {
  private final Caller caller;
  private final OwnGroups groups;
  private final Optional<Port> port;
  private final boolean connected;

  WayIn(Caller caller, OwnGroups groups, Snapshot seen) {
    this.caller = caller;
    this.groups = groups;
    port =
        seen instanceof PortSnapshot snapshot
            ? Optional.of(snapshot.target().port())
            : Optional.empty();
    connected = seen instanceof PortSnapshot snapshot && isConnected(snapshot, caller);
  }

  /** Whether it is the server of this login, or of the next one. */
  boolean isThrough(Holder holder) {
    return connected || isSsh(holder);
  }

  /** Whether it takes logins, where this one came in by ssh. */
  boolean isThrough(SocketUnit socket) {
    return socket.servesSsh() && caller.login().ssh().get();
  }

  /** Whether this login holds a connection that was accepted at the port. */
  private static boolean isConnected(PortSnapshot snapshot, Caller caller) {
    return snapshot.sockets().stream()
        .filter(one -> one.peer().isPresent() && !one.initiated().is(true))
        .flatMap(one -> snapshot.holdersOf(one).stream())
        .map(Holder::pid)
        .anyMatch(pid -> caller.isBelow(pid) || caller.login().way().contains(pid));
  }

  /**
   * Whether the next login would have to come in by it: an sshd that accepts logins, where this one
   * came in by ssh, and what has the port that the environment names; a service manager has it for
   * sshd.
   */
  private boolean isSsh(Holder holder) {
    boolean sshd = Login.isSshd(holder.program());
    boolean serves = sshd || holder.supervision().init().isPresent();
    return (serves && port.filter(caller.login().sshPorts().get()::contains).isPresent())
        || (sshd && caller.login().ssh().get() && acceptsLogins(holder));
  }

  /**
   * Whether it is no server of one login, which has forwarded ports of its own, and no stranger's
   * program that took the name to be spared.
   */
  private boolean acceptsLogins(Holder holder) {
    boolean ofOneLogin = holder.ancestry().stream().anyMatch(one -> Login.isSshd(one.command()));
    Optional<Uid> user = holder.account().toOptional().map(Account::uid);
    boolean trusted =
        user.isEmpty()
            || user.get().equals(Uid.ROOT)
            || user.get().equals(caller.uid())
            || user.equals(caller.person().get());
    boolean here =
        holder.container().isEmpty()
            || holder.container().map(Statement::content).filter(groups::endWith).isPresent();
    return !ofOneLogin && trusted && here;
  }
}

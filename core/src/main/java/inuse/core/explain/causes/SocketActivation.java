package inuse.core.explain.causes;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.SocketUnit;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Unit;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.remedy.SupervisorRemedies;
import inuse.core.explain.rule.Blockers;
import inuse.core.explain.rule.Unclaimed;
import inuse.core.explain.text.Phrases;
import java.util.List;
import java.util.Optional;

/**
 * A socket that systemd holds for one of its units.
 *
 * <p>Also: systemd, socket unit
 *
 * <h2>What it is</h2>
 *
 * A {@code .socket} unit: systemd itself (PID 1, or a user's own manager) listens on the port, and
 * starts the service behind it when a client connects. The service may not be running at all. If
 * there is no such unit, systemd is keeping the socket for a service that restarts.
 *
 * <h2>Why bind fails</h2>
 *
 * systemd's socket is one like any other. Stopping the service alone changes nothing: the socket
 * stays, and the next connection starts the service again.
 *
 * <h2>How to see it yourself</h2>
 *
 * {@code systemctl list-sockets --all}
 *
 * <h2>What to do</h2>
 *
 * Stop the socket unit and its service together: {@code systemctl stop X.socket X.service}. {@code
 * systemctl disable X.socket} keeps it away after the next boot.
 *
 * <h2>What not to do</h2>
 *
 * Never kill PID 1, which is what {@code lsof -ti :8080 | xargs kill} would try. Do not stop
 * ssh.socket on a machine that you reach by ssh alone.
 *
 * <h2>Source</h2>
 *
 * systemd.socket(5); FileDescriptorStoreMax= in systemd.service(5).
 */
public record SocketActivation(Blockers blockers) implements SocketCause {
  /** Claims what a service manager has open, seen or made by one that may not be looked into. */
  public static Optional<Cause> find(Unclaimed unclaimed) {
    return unclaimed
        .claim(socket -> isClaimed(socket, unclaimed))
        .map(blockers -> new SocketActivation(Listener.withConnections(blockers, unclaimed)));
  }

  /** A connection counts with the socket that it came in by: alone it is somebody's session. */
  private static boolean isClaimed(BoundSocket socket, Unclaimed unclaimed) {
    return isManaged(socket, unclaimed)
        && (socket.state() != SocketState.ESTABLISHED
            || unclaimed.snapshot().sockets().stream()
                .anyMatch(other ->
                    other.state() != SocketState.ESTABLISHED && isManaged(other, unclaimed)));
  }

  private static boolean isManaged(BoundSocket socket, Unclaimed unclaimed) {
    List<Holder> holders = unclaimed.snapshot().holdersOf(socket);
    boolean hidden =
        holders.isEmpty()
            && socket.inode().isPresent()
            && socket.isOfSocketUnit()
            && !unclaimed.snapshot().hostContext().socketUnits().isEmpty();
    return hidden || holders.stream().anyMatch(one -> one.supervision().init().isPresent());
  }

  @Override
  public String id() {
    return "socket-activation";
  }

  private List<SocketUnit> units() {
    return blockers.snapshot().hostContext().socketUnits();
  }

  @Override
  public Phrase summary() {
    List<BoundSocket> all = sockets();
    List<BoundSocket> listening =
        all.stream().filter(one -> one.state() != SocketState.ESTABLISHED).toList();
    return who().then(Phrases.places(listening.isEmpty() ? all : listening));
  }

  private Phrase who() {
    List<Unit> storing = storing();
    if (!units().isEmpty()) {
      return Phrase.of("systemd listens for ").then(names()).then(" on ");
    }
    return Phrase.of(
        "systemd keeps a socket "
            + (storing.size() == 1
                ? "that " + storing.getFirst().name() + " has stored with it"
                : "of one of its units")
            + " on ");
  }

  private List<Unit> storing() {
    return blockers.snapshot().hostContext().storing();
  }

  private String names() {
    return String.join(" and ", units().stream().map(SocketUnit::name).toList());
  }

  @Override
  public Phrase why() {
    List<String> services = units().stream().flatMap(one -> one.services().stream()).toList();
    if (units().stream().anyMatch(SocketUnit::accepts)) {
      return Phrase.of("systemd holds the socket itself and starts a service for each connection")
          .then(sessions());
    }
    return Phrase.of(
        services.isEmpty()
            ? "systemd holds the socket itself, whether a service runs or not"
            : "systemd holds the socket itself and starts "
                + String.join(" and ", services)
                + " when a client connects");
  }

  private String sessions() {
    int open =
        (int) sockets().stream().filter(one -> one.state() == SocketState.ESTABLISHED).count();
    return open == 0
        ? ""
        : "; "
            + Phrases.count(open, "session is", "sessions are")
            + " open, which stopping it does not end";
  }

  @Override
  public List<Remedy> remedies() {
    if (!units().isEmpty()) {
      return SupervisorRemedies.stopSockets(blockers);
    }
    List<Unit> storing = storing();
    if (storing.size() == 1) {
      Uid asker = blockers.snapshot().asker();
      Uid owner = storing.getFirst().user() ? asker : Uid.ROOT;
      return List.of(SupervisorRemedies.stopStoring(storing.getFirst(), owner, asker));
    }
    return List.of(Remedy.advice(Remedy.Id.STOP_UNIT, Phrase.of(search(storing))));
  }

  private static String search(List<Unit> storing) {
    return storing.isEmpty()
        ? "find the unit with systemctl list-sockets --all (with --user for a user's own) and stop"
            + " it; a service may also have left the socket with systemd (FileDescriptorStoreMax=)"
        : "one of "
            + String.join(", ", storing.stream().map(Unit::name).toList())
            + " has stored it with systemd (FileDescriptorStoreMax=): stop the one whose port it"
            + " is";
  }
}

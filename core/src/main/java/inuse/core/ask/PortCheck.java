package inuse.core.ask;

import inuse.core.ask.holders.CgroupNames;
import inuse.core.ask.holders.UserNames;
import inuse.core.ask.sockets.BindProbe;
import inuse.core.ask.sockets.BindSettingsReader;
import inuse.core.ask.sockets.NamespaceView;
import inuse.core.ask.sockets.SettledTable;
import inuse.core.ask.sockets.SocketRecords;
import inuse.core.ask.sockets.SocketTable;
import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Inode;
import inuse.core.evidence.Namespace;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Question;
import inuse.core.evidence.Range;
import inuse.core.io.Deadline;
import inuse.core.io.DeviceNames;
import inuse.core.io.Host;
import inuse.core.io.NamespaceSwitch;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.netlink.NetlinkSocket;
import inuse.kernel.proc.Proc;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Repeated quick checks of one address: the bind alone, or the table alone. */
public final class PortCheck implements AutoCloseable {
  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final Question<PortTarget> question;
  private final NetlinkSocket netlink;
  private final SocketRecords records;
  private Optional<String> door;
  private OptionalInt held = OptionalInt.empty();

  public PortCheck(Host host, Question<PortTarget> question) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    this.question = question;
    netlink = new NetlinkSocket(calls);
    door = question.namespace().filter(one -> !one.own()).map(Namespace::path);
    records = new SocketRecords(new UserNames(proc), new CgroupNames(host), new DeviceNames(calls));
  }

  /**
   * Keeps the namespace alive until this is closed: a container's namespace vanishes with its last
   * process, and then the port in it can no longer be checked.
   */
  public void keepOpen() {
    door =
        door.map(path -> {
          int fd = proc.openFile(path);
          held = fd < 0 ? OptionalInt.empty() : OptionalInt.of(fd);
          return fd < 0 ? path : "/proc/self/fd/" + fd;
        });
  }

  /** Path of the network namespace that is asked about; empty for ours. */
  public Optional<String> namespace() {
    return door;
  }

  /** Real binds, as {@link Asker} makes them; none where the namespace cannot be entered. */
  public List<Probe> probes() {
    return there(() ->
            new BindProbe(calls)
                .probe(
                    question.target(),
                    question.newcomer(),
                    () -> settledTable().hasOnlyListeners()))
        .orElse(List.of());
  }

  private SettledTable settledTable() {
    PortTarget target = question.target();
    return SettledTable.of(calls, () -> table().look(target.protocol(), target.port()));
  }

  /** The sockets with the port, without their holders. */
  public List<BoundSocket> sockets() {
    return there(
            () -> table().look(question.target().protocol(), question.target().port()).sockets())
        .orElse(List.of());
  }

  /** The listeners, which take a hundredth of the time; for UDP, all sockets. */
  public List<BoundSocket> listeners() {
    return there(() -> table().listeners(question.target().protocol(), question.target().port()))
        .orElse(List.of());
  }

  /**
   * Whether no other socket than that one is bound there by hand: none that listens and none that
   * could. False where not all of them are seen.
   */
  public boolean isServedByNone(Inode except) {
    return there(() -> table().look(question.target().protocol(), question.target().port()))
        .filter(found -> found.isServedByNone(except))
        .isPresent();
  }

  /** The ephemeral port range; empty where it is not known. */
  public Optional<Range> ephemeral() {
    return there(() -> BindSettingsReader.read(proc, view()))
        .flatMap(settings -> settings.ephemeral().toOptional());
  }

  private NamespaceView view() {
    return question
        .namespace()
        .filter(one -> !one.own())
        .map(NamespaceView::inside)
        .orElse(NamespaceView.HERE);
  }

  private SocketTable table() {
    Deadline deadline = host.deadline();
    return new SocketTable(netlink, proc, records, deadline, view());
  }

  /** Runs the deed in the namespace that is asked about; empty where it cannot be entered. */
  private <T> Optional<T> there(Supplier<T> deed) {
    if (door.isEmpty()) {
      return Optional.of(deed.get());
    }
    return new NamespaceSwitch(host).within(door.get(), deed) instanceof CallResult.Ok<T>(T done)
        ? Optional.of(done)
        : Optional.empty();
  }

  @Override
  public void close() {
    held.ifPresent(calls::close);
    held = OptionalInt.empty();
  }
}

package inuse.run.handover;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.F_GETFL;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_STREAM;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import inuse.run.process.PollHandler;
import inuse.run.process.ProcessTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Lets a program take over the listeners of its predecessor, which goes on until the new one is
 * ready: no connection is refused meanwhile. Programs know nothing of it: the socket that they bind
 * is replaced by the listener, and the bind is answered.
 */
public final class Handover {
  /**
   * A program that listens on less than its predecessor did is ready when it has not listened on
   * anything more for so long.
   */
  private static final Duration QUIET = Duration.ofSeconds(2);

  /** A program that was given all its listeners is ready when it has not ended in so long. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  /** What listeners that are made for a program have (systemd.socket(5), Backlog=). */
  public static final int BACKLOG = 4096;

  /** Behind standard input, output and error. */
  private static final int FIRST_FREE = 3;

  private final SystemCalls calls;
  private final Proc proc;
  private final HandoverOptions settings;
  private final BindRegistry bound = new BindRegistry();
  private final HandoverServer server;
  private long startedAt;
  private Optional<HandoverClient> taker = Optional.empty();
  private long listenedAt = Long.MAX_VALUE;
  private boolean retired;
  private boolean late;

  /** That of one supervisor. */
  public Handover(Host host, HandoverOptions settings) {
    calls = host.calls();
    proc = host.proc();
    this.settings = settings;
    server = new HandoverServer(host, bound, () -> !isTaking());
  }

  /**
   * For a socket that is made for the program: its predecessor's listener in its place, or a
   * negative number.
   */
  public int adopt(int socket, byte[] address) {
    return adopted(predecessor(BindKey.of(calls, socket, address), socket), address);
  }

  /** Likewise the listener of whoever else is in the way, now that it cannot be bound. */
  public int borrow(int socket, byte[] address) {
    SocketOptions options =
        SocketOptions.read(calls, socket, Bytes.getShort(address, 0), SOCK_STREAM);
    return adopted(
        lender(BindKey.of(calls, socket, address), socket, RefusedBind.of(options, address)),
        address);
  }

  private int adopted(Optional<HandoverClient.Listener> listener, byte[] address) {
    if (listener.isEmpty()) {
      return -1;
    }
    int copy = calls.fileControl(listener.get().copy(), F_DUPFD_CLOEXEC, FIRST_FREE);
    taker.orElseThrow().listens(FileStatus.inode(calls, copy), BACKLOG);
    settings.listener().tookOver(taker.get().owner(), Bytes.getNetworkShort(address, 2));
    return copy;
  }

  /** A socket that was made for the program, and listens. */
  public void listens(int socket, byte[] address) {
    long inode = FileStatus.inode(calls, socket);
    BindKey key = BindKey.of(calls, socket, address);
    bound.bound(inode, key, calls.fileControl(socket, F_GETFL, 0));
    bound.listens(inode, BACKLOG);
    server.keep(socket);
    server.offer(key);
  }

  /**
   * From now on there may be a successor.
   *
   * @param tree the processes among which the program's sockets are
   * @param retire stops the program by that signal
   */
  public void serve(ProcessTree tree, IntConsumer retire) {
    server.serve(calls.getPid(), tree::pids, () -> retire.accept(settings.signal().number()));
  }

  /** The program has been started. */
  public void started() {
    startedAt = now();
  }

  /** It has ended: nobody is to ask for what it had. */
  public void ended() {
    server.stopOffering();
  }

  /** Whether that bind was answered, with a listener in the place of its socket. */
  public boolean atBind(
      Notifications notifications, Notification call, int socket, byte[] address) {
    BindKey key = BindKey.of(calls, socket, address);
    if (taker.filter(one -> one.hasTaken(FileStatus.inode(calls, socket))).isPresent()) {
      // Before Linux 5.19 a signal may interrupt an answer, and the call is made again.
      notifications.succeed(call);
      return true;
    }
    Optional<HandoverClient.Listener> listener = predecessor(key, socket);
    if (listener.isEmpty()) {
      int flags = calls.fileControl(socket, F_GETFL, 0);
      bound.bound(FileStatus.inode(calls, socket), key, flags);
      return false;
    }
    return answer(notifications, call, listener.get(), socket, address);
  }

  /** Likewise of a bind that would be refused, with the listener of whoever is in the way. */
  public boolean atRefusal(
      Notifications notifications,
      Notification call,
      int socket,
      byte[] address,
      RefusedBind refused) {
    Optional<HandoverClient.Listener> listener =
        lender(BindKey.of(calls, socket, address), socket, refused);
    return listener.isPresent() && answer(notifications, call, listener.get(), socket, address);
  }

  private boolean answer(
      Notifications notifications,
      Notification call,
      HandoverClient.Listener listener,
      int socket,
      byte[] address) {
    int flags = calls.fileControl(socket, F_GETFL, 0);
    int copy = listener.copy();
    int fd = (int) call.first();
    if (notifications.replace(call, fd, copy, descriptorFlags(call.thread(), fd)) < 0) {
      return false;
    }
    notifications.succeed(call);
    bound.bound(FileStatus.inode(calls, copy), listener.key(), flags);
    settings.listener().tookOver(taker.orElseThrow().owner(), Bytes.getNetworkShort(address, 2));
    return true;
  }

  private Optional<HandoverClient.Listener> predecessor(BindKey key, int socket) {
    if (taker.isPresent() || server.offers(key)) {
      return isTaking() ? taker.get().take(key, socket) : Optional.empty();
    }
    return taken(HandoverClient.ask(calls, key), key, socket);
  }

  /** Where nobody offers it, it may be lent all the same. */
  private Optional<HandoverClient.Listener> lender(BindKey key, int socket, RefusedBind refused) {
    return taker.isPresent()
        ? Optional.empty()
        : taken(HandoverClient.ask(calls, settings.standIns().lend(refused)), key, socket);
  }

  private Optional<HandoverClient.Listener> taken(
      Optional<HandoverClient> asked, BindKey key, int socket) {
    Optional<HandoverClient.Listener> listener = asked.flatMap(one -> one.take(key, socket));
    if (listener.isPresent()) {
      taker = asked;
    } else {
      asked.ifPresent(HandoverClient::close);
    }
    return listener;
  }

  private int descriptorFlags(int thread, int fd) {
    String path = "/proc/" + thread + "/fdinfo/" + fd;
    if (proc.text(path) instanceof CallResult.Ok<String>(String text)) {
      int at = text.indexOf("flags:\t");
      int end = text.indexOf('\n', Math.max(at, 0));
      long flags = at < 0 || end < 0 ? 0 : Numeral.parse(text, at + 7, end, 8).orElse(0);
      return (int) flags & O_CLOEXEC;
    }
    return 0;
  }

  /** The program is about to listen. */
  public void atListen(Notification call, int socket) {
    long inode = FileStatus.inode(calls, socket);
    int backlog = (int) call.second();
    listenedAt = now();
    taker.ifPresent(one -> one.listens(inode, backlog));
    bound.listens(inode, backlog).ifPresent(one -> server.offer(one.key()));
  }

  /** Whether a successor has any of the listeners too. */
  public boolean hasHanded() {
    return server.hasHanded();
  }

  public boolean hasHanded(int socket) {
    return server.hasHanded(FileStatus.inode(calls, socket));
  }

  public List<PollHandler> watched() {
    List<PollHandler> watched = new ArrayList<>(server.watched());
    taker.filter(one -> !one.isOver()).ifPresent(watched::add);
    return watched;
  }

  /** Nanoseconds until {@link #look} has something to do. */
  public long dueIn() {
    if (!isTaking()) {
      return Long.MAX_VALUE;
    }
    long late = settings.timeout().map(time -> startedAt + time.toNanos()).orElse(Long.MAX_VALUE);
    return Math.max(0, Math.min(untilReady(), late - now()));
  }

  private boolean isTaking() {
    return taker.isPresent() && !retired && !taker.get().isRetiring();
  }

  /** Whether the program came too late to take its predecessor's place. */
  public boolean isLate() {
    return late;
  }

  public void look() {
    if (isTaking() && untilReady() <= 0) {
      retired = true;
      taker.get().retire();
      settings.listener().retired(taker.get().owner());
    } else if (isTaking()
        && !late
        && settings.timeout().filter(time -> now() - startedAt >= time.toNanos()).isPresent()) {
      late = true;
    }
    if (taker.filter(HandoverClient::isRetiring).isPresent()) {
      bound.listening().values().forEach(one -> server.offer(one.key()));
    }
    if (taker.filter(HandoverClient::isOver).isPresent()) {
      taker = Optional.empty();
      retired = false;
    }
  }

  private long untilReady() {
    HandoverClient from = taker.orElseThrow();
    if (!settings.readiness().isDefault()) {
      return settings.readiness().nanosUntil(now());
    }
    if (listenedAt == Long.MAX_VALUE) {
      return from.isComplete() ? startedAt + SETTLED.toNanos() - now() : Long.MAX_VALUE;
    }
    return from.isComplete() ? 0 : listenedAt + QUIET.toNanos() - now();
  }

  private long now() {
    return calls.clockNanos(CLOCK_MONOTONIC);
  }
}

package inuse.run.handover;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.F_GETFL;
import static inuse.kernel.abi.Constants.O_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_STREAM;

import inuse.kernel.Answer;
import inuse.kernel.Bytes;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Numeral;
import inuse.kernel.proc.Proc;
import inuse.kernel.seccomp.Notification;
import inuse.kernel.seccomp.Notifications;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import inuse.run.process.Family;
import inuse.run.process.Watched;

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
  private final Handing settings;
  private final BoundSockets bound = new BoundSockets();
  private final Giver giver;
  private long startedAt;
  private Optional<Taker> taker = Optional.empty();
  private long listenedAt = Long.MAX_VALUE;
  private boolean retired;
  private boolean late;

  /** That of one supervisor. */
  public Handover(SystemCalls calls, Proc proc, Handing settings) {
    this.calls = calls;
    this.proc = proc;
    this.settings = settings;
    giver = new Giver(calls, proc, bound, () -> !isTaking());
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
        lender(BindKey.of(calls, socket, address), socket, Refusal.of(options, address)), address);
  }

  private int adopted(Optional<Taker.Listener> listener, byte[] address) {
    if (listener.isEmpty()) {
      return -1;
    }
    int copy = calls.fileControl(listener.get().copy(), F_DUPFD_CLOEXEC, FIRST_FREE);
    taker.orElseThrow().listens(FileStatus.inode(calls, copy), BACKLOG);
    settings.witness().tookOver(taker.get().owner(), Bytes.getNetworkShort(address, 2));
    return copy;
  }

  /** A socket that was made for the program, and listens. */
  public void listens(int socket, byte[] address) {
    long inode = FileStatus.inode(calls, socket);
    BindKey key = BindKey.of(calls, socket, address);
    bound.bound(inode, key, calls.fileControl(socket, F_GETFL, 0));
    bound.listens(inode, BACKLOG);
    giver.keep(socket);
    giver.offer(key);
  }

  /**
   * From now on there may be a successor.
   *
   * @param family the processes among which the program's sockets are
   * @param retire stops the program by that signal
   */
  public void serve(Family family, IntConsumer retire) {
    giver.serve(calls.getPid(), family::pids, () -> retire.accept(settings.signal()));
  }

  /** The program has been started. */
  public void started() {
    startedAt = now();
  }

  /** It has ended: nobody is to ask for what it had. */
  public void ended() {
    giver.stopOffering();
  }

  /** Whether that bind was answered, with a listener in the place of its socket. */
  public boolean atBind(Notifications notifications, Notification call, int socket, byte[] address) {
    BindKey key = BindKey.of(calls, socket, address);
    if (taker.filter(one -> one.hasTaken(FileStatus.inode(calls, socket))).isPresent()) {
      // Before Linux 5.19 a signal may interrupt an answer, and the call is made again.
      notifications.succeed(call);
      return true;
    }
    Optional<Taker.Listener> listener = predecessor(key, socket);
    if (listener.isEmpty()) {
      int flags = calls.fileControl(socket, F_GETFL, 0);
      bound.bound(FileStatus.inode(calls, socket), key, flags);
      return false;
    }
    return answer(notifications, call, listener.get(), socket, address);
  }

  /** Likewise of a bind that would be refused, with the listener of whoever is in the way. */
  public boolean atRefusal(
      Notifications notifications, Notification call, int socket, byte[] address, Refusal refusal) {
    Optional<Taker.Listener> listener = lender(BindKey.of(calls, socket, address), socket, refusal);
    return listener.isPresent() && answer(notifications, call, listener.get(), socket, address);
  }

  private boolean answer(
      Notifications notifications,
      Notification call,
      Taker.Listener listener,
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
    settings.witness().tookOver(taker.orElseThrow().owner(), Bytes.getNetworkShort(address, 2));
    return true;
  }

  private Optional<Taker.Listener> predecessor(BindKey key, int socket) {
    if (taker.isPresent() || giver.offers(key)) {
      return isTaking() ? taker.get().take(key, socket) : Optional.empty();
    }
    return taken(Taker.ask(calls, key), key, socket);
  }

  /** Where nobody offers it, it may be lent all the same. */
  private Optional<Taker.Listener> lender(BindKey key, int socket, Refusal refusal) {
    return taker.isPresent()
        ? Optional.empty()
        : taken(Taker.ask(calls, settings.lenders().lend(refusal)), key, socket);
  }

  private Optional<Taker.Listener> taken(Optional<Taker> asked, BindKey key, int socket) {
    Optional<Taker.Listener> listener = asked.flatMap(one -> one.take(key, socket));
    if (listener.isPresent()) {
      taker = asked;
    } else {
      asked.ifPresent(Taker::close);
    }
    return listener;
  }

  private int descriptorFlags(int thread, int fd) {
    String path = "/proc/" + thread + "/fdinfo/" + fd;
    if (proc.text(path) instanceof Answer.Got<String>(String text)) {
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
    bound.listens(inode, backlog).ifPresent(one -> giver.offer(one.key()));
  }

  /** Whether a successor has any of the listeners too. */
  public boolean hasHanded() {
    return giver.hasHanded();
  }

  public boolean hasHanded(int socket) {
    return giver.hasHanded(FileStatus.inode(calls, socket));
  }

  public List<Watched> watched() {
    List<Watched> watched = new ArrayList<>(giver.watched());
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
      settings.witness().retired(taker.get().owner());
    } else if (isTaking()
        && !late
        && settings.timeout().filter(time -> now() - startedAt >= time.toNanos()).isPresent()) {
      late = true;
    }
    if (taker.filter(Taker::isRetiring).isPresent()) {
      bound.listening().values().forEach(one -> giver.offer(one.key()));
    }
    if (taker.filter(Taker::isOver).isPresent()) {
      taker = Optional.empty();
      retired = false;
    }
  }

  private long untilReady() {
    Taker from = taker.orElseThrow();
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

package inuse.run.handover;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.F_GETFL;
import static inuse.kernel.abi.Constants.SOCK_STREAM;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import inuse.kernel.seccomp.Notification;
import inuse.run.process.PollHandler;
import inuse.run.process.ProcessTree;
import inuse.run.process.TaskRights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Lets a program take over the listeners of its predecessor, which goes on until the new one is
 * ready: no connection is refused meanwhile. Programs know nothing of it: the socket that they bind
 * is replaced by the listener, and the bind is answered.
 */
public final class Handover {
  /*
   * The protocol. Each supervisor is both ends of it: first the client of its program's predecessor,
   * later the server of its successor. They meet at a unix socket (SOCK_SEQPACKET) that is named after
   * the network namespace and the listener, in a directory that nobody but the user may enter
   * (HandoverDirectories). Both ends look at who the other one is (HandoverPeer).
   *
   *   new program     HandoverClient                         HandoverServer          old program
   *
   *                                                          offering: it listens
   *                                                          under the names of all
   *                                                          its listeners
   *   bind(2) ------> connect to the name of that bind ----> giving
   *                   asking       take 1 -----------------> copies the listeners <- pidfd_getfd(2)
   *                                <-- socket KEY FLAGS BACKLOG, with a descriptor; one for each
   *                                <------------------- end PID
   *                   taking
   *           <------ the listener replaces the socket that was to be bound (ADDFD), and the bind
   *                   is answered; further binds take from the same list
   *   listen(2) ----> ready: on all of them, or
   *                   nothing more for 2 s, or as the
   *                   user said
   *                                retire ----------------->  retired: no names, no copies
   *                                <--------------- retiring  signals its program -------> ends
   *                   offering: the next successor may call
   *                   over <--------------- the line closes   when this process ends
   *
   * A second caller, or one that calls while the server is taking over itself, hears "busy" and has no
   * predecessor. A message of any other form ends the conversation, as a closed line does. If that
   * happens before "retire", the successor has come to nothing: the server puts the file status flags
   * back, forgets the copies and goes on as before. After "retire" there is no way back.
   *
   * The server keeps no copies between handovers. It fetches them when it is asked, so that a program
   * that closes a listener has closed it. While a successor has a listener, a shutdown(2) of it by the
   * old program is answered and not done. If the listener was stopped in another way, the client
   * listens again once the line has closed.
   *
   * Where nothing offers the address, a HandoverStandIn speaks for the server over a socket pair.
   */

  /**
   * A program that listens on fewer sockets than its predecessor counts as ready after this long
   * without a new one.
   */
  private static final Duration QUIET = Duration.ofSeconds(2);

  /** A program that was given all its listeners counts as ready when it has run for this long. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  /** The backlog of listeners that are made for a program (systemd.socket(5), Backlog=). */
  public static final int BACKLOG = 4096;

  /** The first descriptor after standard input, output and error. */
  private static final int FIRST_FREE = 3;

  private final Host host;
  private final SystemCalls calls;
  private final HandoverOptions settings;
  private final BindRegistry bound = new BindRegistry();
  private final HandoverDirectories directories;
  private final HandoverServer server;
  private final Set<HandoverProblem> told = new HashSet<>();
  private long startedAt;
  private Optional<HandoverClient> taker = Optional.empty();
  private long listenedAt = Long.MAX_VALUE;
  private boolean retired;
  private boolean late;

  /** The handover of one supervisor. */
  public Handover(Host host, HandoverOptions settings) {
    this.host = host;
    calls = host.calls();
    this.settings = settings;
    directories = new HandoverDirectories(host, settings.runtimeDirectory());
    server = new HandoverServer(host, directories, bound, () -> !isTaking());
  }

  /**
   * For a socket that is made for the program: the predecessor's listener to use in its place, or a
   * negative number.
   */
  public int adopt(int socket, byte[] address) {
    return adopted(predecessor(BindKey.of(calls, socket, address), socket), address);
  }

  /**
   * For a socket that cannot be bound: the listener of the program in the way to use in its place,
   * or a negative number.
   */
  public int borrow(int socket, byte[] address) {
    SocketOptions options =
        SocketOptions.read(calls, socket, Bytes.getShort(address, 0), SOCK_STREAM);
    return TaskRights.of(host, calls.getPid())
        .map(ours ->
            adopted(
                lender(
                    BindKey.of(calls, socket, address),
                    socket,
                    RefusedBind.of(options, address, Optional.empty(), ours),
                    ours),
                address))
        .orElse(-1);
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

  /** Registers a listening socket that was made for the program. */
  public void listens(int socket, byte[] address) {
    long inode = FileStatus.inode(calls, socket);
    BindKey key = BindKey.of(calls, socket, address);
    bound.bound(inode, key, calls.fileControl(socket, F_GETFL, 0));
    bound.listens(inode, BACKLOG);
    server.keep(socket);
    server.offer(key, this::cannot);
  }

  private void cannot(HandoverProblem why) {
    if (told.add(why)) {
      settings.listener().cannot(why);
    }
  }

  /**
   * Accepts a successor from now on.
   *
   * @param tree the processes that have the program's sockets
   * @param retire stops the program by that signal
   */
  public void serve(ProcessTree tree, IntConsumer retire) {
    server.serve(calls.getPid(), tree::pids, () -> retire.accept(settings.signal().number()));
  }

  /** The program has been started. */
  public void started() {
    startedAt = now();
    directories.problem().ifPresent(this::cannot);
  }

  /** The program has ended: no successor may ask for its listeners. */
  public void ended() {
    server.stopOffering();
  }

  /** Whether that socket is a listener that was taken over. */
  public boolean hasTaken(int socket) {
    return taker.filter(one -> one.hasTaken(FileStatus.inode(calls, socket))).isPresent();
  }

  /** The program is about to bind that socket. */
  public void binds(int socket, byte[] address) {
    if (bound.isStale()) {
      server.forgetGone();
    }
    boolean kept =
        bound.bound(
            FileStatus.inode(calls, socket),
            BindKey.of(calls, socket, address),
            calls.fileControl(socket, F_GETFL, 0));
    if (!kept) {
      cannot(new HandoverProblem.TooMany(BindRegistry.MAX));
    }
  }

  /** Whether a bind was answered, with the predecessor's listener in place of its socket. */
  public boolean takes(WaitingBind bind) {
    return bind.isOfSocketsUser(host) && isAnswered(predecessor(key(bind), bind.socket()), bind);
  }

  /**
   * Whether a bind that would be refused was answered, with the listener of the program in the way.
   */
  public boolean borrows(WaitingBind bind, RefusedBind refused) {
    return bind.isOfSocketsUser(host)
        && isAnswered(lender(key(bind), bind.socket(), refused, bind.rights()), bind);
  }

  private BindKey key(WaitingBind bind) {
    return BindKey.of(calls, bind.socket(), bind.address());
  }

  private boolean isAnswered(Optional<HandoverClient.Listener> listener, WaitingBind bind) {
    if (listener.isEmpty()) {
      return false;
    }
    int flags = calls.fileControl(bind.socket(), F_GETFL, 0);
    int copy = listener.get().copy();
    if (!bind.answer(host, copy)) {
      return false;
    }
    bound.bound(FileStatus.inode(calls, copy), listener.get().key(), flags);
    settings
        .listener()
        .tookOver(taker.orElseThrow().owner(), Bytes.getNetworkShort(bind.address(), 2));
    return true;
  }

  private Optional<HandoverClient.Listener> predecessor(BindKey key, int socket) {
    if (taker.isPresent() || server.offers(key)) {
      return isTaking() ? taker.get().take(key, socket) : Optional.empty();
    }
    return directories.first(
        key, line -> taken(HandoverClient.ask(calls, line), key, socket), this::cannot);
  }

  /** A listener from a stand-in, where no supervisor offers it. */
  private Optional<HandoverClient.Listener> lender(
      BindKey key, int socket, RefusedBind refused, TaskRights rights) {
    return taker.isPresent()
        ? Optional.empty()
        : taken(HandoverClient.ask(calls, settings.standIns().lend(refused, rights)), key, socket);
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

  /** The program is about to listen. */
  public void atListen(Notification call, int socket) {
    long inode = FileStatus.inode(calls, socket);
    int backlog = (int) call.second();
    listenedAt = now();
    taker.ifPresent(one -> one.listens(inode, backlog));
    bound.listens(inode, backlog).ifPresent(one -> server.offer(one.key(), this::cannot));
  }

  /** Whether a successor shares any of the listeners. */
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
      bound.listening().values().forEach(one -> server.offer(one.key(), this::cannot));
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

package inuse.run.handover;

import static inuse.kernel.abi.Constants.F_DUPFD_CLOEXEC;
import static inuse.kernel.abi.Constants.F_GETFL;
import static inuse.kernel.abi.Constants.F_SETFL;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_ACCEPTCONN;

import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.Proc;
import inuse.kernel.proc.ProcessFiles;
import inuse.kernel.proc.ProcessFiles.SocketFile;
import inuse.run.process.PollHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The predecessor's side of a handover: gives the program's listeners to the supervisor that starts
 * its successor, and ends the program when the successor is ready. One successor at a time.
 */
final class HandoverServer {
  /** Messages of a successor: it wants the listeners, and its program is ready. */
  static final String TAKE = "take 1";

  static final String RETIRE = "retire";

  /**
   * Messages to a successor: a listener (its key, flags and backlog), the end of the list with the
   * owner's pid, and so on.
   */
  static final String SOCKET = "socket ";

  static final String END = "end ";
  static final String BUSY = "busy";
  static final String RETIRING = "retiring";

  private final Host host;
  private final SystemCalls calls;
  private final Proc proc;
  private final HandoverDirectories directories;
  private final BindRegistry bound;
  private final BooleanSupplier mayGive;
  private final List<Integer> kept = new ArrayList<>();
  private final Map<BindKey, HandoverDirectories.Offer> offers = new HashMap<>();
  private final Map<Long, Handed> handed = new HashMap<>();
  private Optional<Line> successor = Optional.empty();
  private Supplier<List<Integer>> family = List::of;
  private int owner;
  private Runnable retire = () -> {};
  private boolean retired;

  /** A copy of a listener, and its file status flags before it was handed out. */
  private record Handed(int copy, int flags) {}

  HandoverServer(
      Host host, HandoverDirectories directories, BindRegistry bound, BooleanSupplier mayGive) {
    this.host = host;
    calls = host.calls();
    proc = host.proc();
    this.directories = directories;
    this.bound = bound;
    this.mayGive = mayGive;
  }

  /**
   * Accepts a successor from now on.
   *
   * @param pid of the predecessor
   * @param processes pids of the processes that have the program's sockets
   * @param end stops the program
   */
  void serve(int pid, Supplier<List<Integer>> processes, Runnable end) {
    owner = pid;
    family = processes;
    retire = end;
  }

  /** Serves a successor that is already connected. */
  void serve(int line) {
    successor = Optional.of(new Line(line));
  }

  /** Registers a listener of this process itself. */
  void keep(int socket) {
    kept.add(socket);
  }

  /**
   * Offers that listener from now on.
   *
   * @param told receives the problem where that is not possible
   */
  void offer(BindKey key, Consumer<HandoverProblem> told) {
    if (!offers.containsKey(key)) {
      directories.listen(key, told).ifPresent(offer -> offers.put(key, offer));
    }
  }

  boolean offers(BindKey key) {
    return offers.containsKey(key);
  }

  /** Forgets binds whose sockets are gone, and no longer offers what nobody listens on. */
  void forgetGone() {
    Set<Long> open = new HashSet<>();
    kept.forEach(socket -> open.add(FileStatus.inode(calls, socket)));
    for (int pid : family.get()) {
      if (ProcessFiles.sockets(proc, pid, bound::has)
          instanceof CallResult.Ok<List<SocketFile>>(List<SocketFile> sockets)) {
        sockets.forEach(socket -> open.add(socket.inode()));
      }
    }
    bound.keep(open);
    Set<BindKey> listening = new HashSet<>();
    bound.listening().values().forEach(one -> listening.add(one.key()));
    offers
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !listening.contains(entry.getKey());
          if (gone) {
            directories.withdraw(entry.getValue());
          }
          return gone;
        });
  }

  boolean hasHanded() {
    return !handed.isEmpty();
  }

  /** Whether a successor shares that socket, which must then go on listening. */
  boolean hasHanded(long inode) {
    return handed.containsKey(inode);
  }

  List<PollHandler> watched() {
    List<PollHandler> watched = new ArrayList<>();
    offers.values().forEach(offer -> watched.add(new Name(offer.fd())));
    successor.ifPresent(watched::add);
    return watched;
  }

  /** A socket on which successors connect. */
  private final class Name implements PollHandler {
    private final int fd;

    Name(int fd) {
      this.fd = fd;
    }

    @Override
    public int fd() {
      return fd;
    }

    @Override
    public void ready(int events) {
      int caller = HandoverProtocol.accept(host, fd);
      if (caller >= 0 && (successor.isPresent() || !mayGive.getAsBoolean())) {
        HandoverProtocol.say(calls, caller, BUSY);
        calls.close(caller);
      } else if (caller >= 0) {
        serve(caller);
      }
    }
  }

  /** The connection to a successor. */
  private final class Line implements PollHandler {
    private final int fd;

    Line(int fd) {
      this.fd = fd;
    }

    @Override
    public int fd() {
      return fd;
    }

    @Override
    public void ready(int events) {
      Optional<HandoverProtocol.Message> message = HandoverProtocol.hear(calls, fd);
      HandoverProtocol.drop(calls, message);
      switch (message.map(HandoverProtocol.Message::text).orElse("")) {
        case TAKE -> give(fd);
        case RETIRE -> makeWay(fd);
        default -> lost(fd);
      }
    }
  }

  private void give(int to) {
    Map<Long, BindRegistry.Bound> listening = bound.listening();
    for (int socket : kept) {
      give(to, calls.fileControl(socket, F_DUPFD_CLOEXEC, 0), listening);
    }
    for (int pid : family.get()) {
      CallResult<List<SocketFile>> files =
          ProcessFiles.sockets(
              proc, pid, inode -> listening.containsKey(inode) && !handed.containsKey(inode));
      if (files instanceof CallResult.Ok<List<SocketFile>>(List<SocketFile> sockets)) {
        int pidfd = calls.pidfdOpen(pid, 0);
        for (SocketFile socket : sockets) {
          give(to, calls.pidfdGetFd(pidfd, socket.fd()), listening);
        }
        calls.close(pidfd);
      }
    }
    HandoverProtocol.say(calls, to, END + owner);
  }

  /** Gives a listener to the successor, unless the descriptor has become another file meanwhile. */
  private void give(int to, int copy, Map<Long, BindRegistry.Bound> listening) {
    if (copy < 0) {
      return;
    }
    long inode = FileStatus.inode(calls, copy);
    BindRegistry.Bound one = listening.get(inode);
    boolean listens = SocketOption.number(calls, copy, SOL_SOCKET, SO_ACCEPTCONN) > 0;
    if (one == null || !listens || handed.containsKey(inode)) {
      calls.close(copy);
      return;
    }
    String text = SOCKET + one.key().text() + " " + one.flags() + " " + one.backlog();
    if (HandoverProtocol.give(calls, to, text, copy)) {
      handed.put(inode, new Handed(copy, calls.fileControl(copy, F_GETFL, 0)));
    } else {
      calls.close(copy);
    }
  }

  private void makeWay(int to) {
    retired = true;
    stopOffering();
    HandoverProtocol.say(calls, to, RETIRING);
    // The connection stays open until this process ends, which tells the successor of its end.
    handed.values().forEach(one -> calls.close(one.copy()));
    retire.run();
  }

  /** The successor has failed: restores everything as it was. */
  private void lost(int line) {
    calls.close(line);
    successor = Optional.empty();
    if (retired) {
      return;
    }
    for (Handed one : handed.values()) {
      calls.fileControl(one.copy(), F_SETFL, one.flags());
      calls.close(one.copy());
    }
    handed.clear();
  }

  void stopOffering() {
    offers.values().forEach(directories::withdraw);
    offers.clear();
  }
}

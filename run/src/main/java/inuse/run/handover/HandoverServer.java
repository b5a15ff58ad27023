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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Gives the listeners of the program to a supervisor that starts its successor, and makes way when
 * that one is ready. One successor at a time.
 */
final class HandoverServer {
  /** What a successor says: that it wants the listeners, and that its program is ready. */
  static final String TAKE = "take 1";

  static final String RETIRE = "retire";

  /**
   * What it hears: a listener (its key, flags and backlog), that it was the last and whose they
   * are, and so on.
   */
  static final String SOCKET = "socket ";

  static final String END = "end ";
  static final String BUSY = "busy";
  static final String RETIRING = "retiring";

  private final SystemCalls calls;
  private final Proc proc;
  private final BindRegistry bound;
  private final BooleanSupplier mayGive;
  private final List<Integer> kept = new ArrayList<>();
  private final Map<BindKey, Integer> names = new HashMap<>();
  private final Map<Long, Handed> handed = new HashMap<>();
  private Optional<Line> successor = Optional.empty();
  private Supplier<List<Integer>> family = List::of;
  private int owner;
  private Runnable retire = () -> {};
  private boolean retired;

  /** A copy of a listener, and its file status flags before it was handed out. */
  private record Handed(int copy, int flags) {}

  HandoverServer(Host host, BindRegistry bound, BooleanSupplier mayGive) {
    calls = host.calls();
    proc = host.proc();
    this.bound = bound;
    this.mayGive = mayGive;
  }

  /**
   * From now on there may be a successor.
   *
   * @param pid of whoever makes way
   * @param processes where the program's sockets are, as pids
   * @param end stops the program
   */
  void serve(int pid, Supplier<List<Integer>> processes, Runnable end) {
    owner = pid;
    family = processes;
    retire = end;
  }

  /** Somebody has called already. */
  void serve(int line) {
    successor = Optional.of(new Line(line));
  }

  /** A listener that this process has itself. */
  void keep(int socket) {
    kept.add(socket);
  }

  /** From now on there is somebody to ask for that listener, if nobody else has its name. */
  void offer(BindKey key) {
    if (!names.containsKey(key)) {
      int name = HandoverProtocol.listen(calls, key);
      if (name >= 0) {
        names.put(key, name);
      }
    }
  }

  boolean offers(BindKey key) {
    return names.containsKey(key);
  }

  boolean hasHanded() {
    return !handed.isEmpty();
  }

  /** Whether that socket is a successor's as well, which it must go on listening for. */
  boolean hasHanded(long inode) {
    return handed.containsKey(inode);
  }

  List<PollHandler> watched() {
    List<PollHandler> watched = new ArrayList<>();
    names.values().forEach(name -> watched.add(new Name(name)));
    successor.ifPresent(watched::add);
    return watched;
  }

  /** Where successors call. */
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
      int caller = HandoverProtocol.accept(calls, fd);
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

  /** The descriptor may have come to stand for something else meanwhile. */
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
    // The line stays open until this process ends, by which the successor knows that it has.
    handed.values().forEach(one -> calls.close(one.copy()));
    retire.run();
  }

  /** A successor that has come to nothing leaves everything as it was. */
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
    names.values().forEach(calls::close);
    names.clear();
  }
}

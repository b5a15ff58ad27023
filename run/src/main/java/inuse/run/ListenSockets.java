package inuse.run;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.FD_CLOEXEC;
import static inuse.kernel.abi.Constants.F_GETFD;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_STREAM;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.io.Host;
import inuse.core.io.ServerSocket;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;
import inuse.kernel.proc.Numeral;
import inuse.run.handover.Handover;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes sockets for a program that takes them over by sd_listen_fds(3). */
public final class ListenSockets {
  private static final String COUNT = "LISTEN_FDS=";
  private static final String PID = "LISTEN_PID=";
  private static final String NAMES = "LISTEN_FDNAMES=";

  /** SD_LISTEN_FDS_START. */
  private static final int FIRST = 3;

  private static final int MAX = 1024;

  private final SystemCalls calls;
  private final Optional<Handover> handover;
  private final List<Integer> sockets = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private boolean opened;

  /** Why what a service manager says that it passed cannot be passed on. */
  private Optional<Errno> wrong = Optional.empty();

  /**
   * Sockets that a service manager passed to us come first.
   *
   * @param environment ours
   * @param handover the handover by which a predecessor may give its listeners
   */
  public ListenSockets(Host host, List<String> environment, Optional<Handover> handover) {
    calls = host.calls();
    this.handover = handover;
    if (variable(environment, PID).equals(Integer.toString(calls.getPid()))) {
      long passed = Numeral.decimal(variable(environment, COUNT)).orElse(0);
      int count = (int) Math.min(passed, MAX);
      List<String> given = List.of(variable(environment, NAMES).split(":", -1));
      wrong = passed > MAX ? Optional.of(Errno.EMFILE) : Optional.empty();
      for (int i = 0; i < count; i++) {
        if (!wasPassed(FIRST + i)) {
          wrong = Optional.of(Errno.EBADF);
        }
        sockets.add(FIRST + i);
        names.add(given.size() == count ? given.get(i) : "unknown");
      }
    }
  }

  /** What came through execve(2) stays open across it; all that is opened here does not. */
  private boolean wasPassed(int descriptor) {
    int flags = calls.fileControl(descriptor, F_GETFD, 0);
    return flags >= 0 && (flags & FD_CLOEXEC) == 0;
  }

  private static String variable(List<String> environment, String start) {
    return environment.stream()
        .filter(one -> one.startsWith(start))
        .findFirst()
        .map(one -> one.substring(start.length()))
        .orElse("");
  }

  /** The result of listening on an address. */
  public sealed interface Result {
    /** The program gets the socket. */
    record Listening() implements Result {}

    /** Something else holds the address. */
    record InUse() implements Result {}

    /** Listening failed with that errno. */
    record Failed(String errno) implements Result {}
  }

  /**
   * Listens there.
   *
   * @param name of the descriptor
   * @param newcomer the newcomer whose options the socket gets
   */
  public Result open(String name, Target place, Newcomer newcomer) {
    if (wrong.isPresent()) {
      return new Result.Failed(wrong.get().toString());
    }
    int socket =
        switch (place) {
          case UnixTarget.Path(var path) -> unix(path.bytes());
          case UnixTarget.Abstract(var abstractName) -> unix("\0" + abstractName.bytes());
          case PortTarget target -> internet(target, newcomer);
        };
    if (socket < 0) {
      return Errno.of(socket).equals(Errno.EADDRINUSE)
          ? new Result.InUse()
          : new Result.Failed(Errno.of(socket).toString());
    }
    sockets.add(socket);
    names.add(name);
    opened = true;
    return new Result.Listening();
  }

  private int unix(String name) {
    int socket = calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return listening(socket, calls.bind(socket, UnixAddress.of(name)), true);
  }

  /** A TCP listener. Without an address it listens on all: a single socket, as systemd makes it. */
  private int internet(PortTarget target, Newcomer newcomer) {
    if (target.address().isPresent()) {
      return internet(target, target.address().get(), newcomer);
    }
    int both = internet(target, IpAddress.ANY_V6, newcomer);
    return both == -Errno.EAFNOSUPPORT.code() || both == -Errno.EADDRNOTAVAIL.code()
        ? internet(target, IpAddress.ANY_V4, newcomer)
        : both;
  }

  private int internet(PortTarget target, IpAddress address, Newcomer newcomer) {
    boolean stream = target.protocol() == Protocol.TCP;
    int socket = ServerSocket.make(calls, target.protocol(), address);
    if (socket < 0) {
      return socket;
    }
    int result = ServerSocket.setOptions(calls, socket, newcomer, address);
    byte[] where = ServerSocket.address(new Endpoint(address, target.port()));
    Optional<Handover> giver = handover.filter(one -> stream && result >= 0);
    int found = giver.map(one -> one.adopt(socket, where)).orElse(-1);
    int bound = result < 0 || found >= 0 ? result : calls.bind(socket, where);
    int adopted =
        bound == -Errno.EADDRINUSE.code()
            ? giver.map(one -> one.borrow(socket, where)).orElse(-1)
            : found;
    if (adopted >= 0) {
      calls.close(socket);
      handover.get().listens(adopted, where);
      return adopted;
    }
    int listener = listening(socket, bound, stream);
    if (listener >= 0 && stream) {
      handover.ifPresent(one -> one.listens(listener, where));
    }
    return listener;
  }

  private int listening(int socket, int bound, boolean stream) {
    int result = bound >= 0 && stream ? calls.listen(socket, Handover.BACKLOG) : bound;
    if (result < 0) {
      calls.close(socket);
      return result;
    }
    return socket;
  }

  /**
   * The sockets for the program; empty where none was made, since those passed to us are already in
   * place.
   */
  public List<Integer> sockets() {
    return opened ? Collections.unmodifiableList(sockets) : List.of();
  }

  /** The environment with LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES for them. */
  public List<String> environment(List<String> given) {
    if (!opened) {
      return given;
    }
    List<String> variables = new ArrayList<>();
    for (String one : given) {
      if (!one.startsWith(COUNT) && !one.startsWith(PID) && !one.startsWith(NAMES)) {
        variables.add(one);
      }
    }
    variables.add(COUNT + sockets.size());
    variables.add(PID + calls.getPid());
    variables.add(NAMES + String.join(":", names));
    return variables;
  }
}

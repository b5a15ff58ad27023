package inuse.cli.commands;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_STREAM;

import inuse.cli.line.Request;
import inuse.core.ask.input.TargetParser;
import inuse.core.ask.sockets.ServerSocket;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Target;
import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;
import inuse.kernel.proc.Numeral;
import inuse.run.handover.Handover;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes sockets for a program that takes them as sd_listen_fds(3) says. */
final class ListenSockets {
  private static final String COUNT = "LISTEN_FDS=";
  private static final String PID = "LISTEN_PID=";
  private static final String NAMES = "LISTEN_FDNAMES=";

  /** SD_LISTEN_FDS_START. */
  private static final int FIRST = 3;

  private static final int MAX = 1024;

  private final Session session;
  private final SystemCalls calls;
  private final Request.Of request;
  private final Optional<Handover> handover;
  private final List<Integer> sockets = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private boolean opened;

  /** Those that a service manager has passed to us come first. */
  ListenSockets(Session session, Request.Of request, Optional<Handover> handover) {
    this.session = session;
    calls = session.host().calls();
    this.request = request;
    this.handover = handover;
    if (variable(PID).equals(Integer.toString(calls.getPid()))) {
      int count = (int) Math.min(Numeral.decimal(variable(COUNT)).orElse(0), MAX);
      List<String> given = List.of(variable(NAMES).split(":", -1));
      for (int i = 0; i < count; i++) {
        sockets.add(FIRST + i);
        names.add(given.size() == count ? given.get(i) : "unknown");
      }
    }
  }

  private String variable(String start) {
    return session.terminal().environment(start.substring(0, start.length() - 1)).orElse("");
  }

  /** What {@code --listen} says. */
  sealed interface Parsed {
    /**
     * Something to listen on.
     *
     * @param name of its descriptor
     */
    record Wanted(String name, List<Target> places) implements Parsed {}

    record Wrong(String problem, String instead) implements Parsed {}
  }

  /** {@code 8080}, {@code web=127.0.0.1:8080}, {@code /run/app.sock}. */
  static Parsed parse(String word, TargetParser reader) {
    int equals = word.indexOf('=');
    boolean named = equals > 0 && Untrusted.isPlain(word.substring(0, equals), "_-");
    String target = named ? word.substring(equals + 1) : word;
    String name = named ? word.substring(0, equals) : target.replace(':', '.');
    return switch (reader.parse(target)) {
      case TargetParser.Parsed.Understood(List<PortTarget> ports) ->
          new Parsed.Wanted(name, List.copyOf(ports));
      case TargetParser.Parsed.Unix(UnixTarget place) -> new Parsed.Wanted(name, List.of(place));
      case TargetParser.Parsed.Wrong(String problem, String instead) ->
          new Parsed.Wrong("'" + word + "': " + problem, instead);
    };
  }

  /** Listens there: zero, or a negated errno. */
  int open(String name, Target place) {
    int socket =
        switch (place) {
          case UnixTarget.Path(var path) -> unix(path.bytes());
          case UnixTarget.Abstract(var abstractName) -> unix("\0" + abstractName.bytes());
          case PortTarget target -> internet(target);
        };
    if (socket < 0) {
      return socket;
    }
    sockets.add(socket);
    names.add(name);
    opened = true;
    return 0;
  }

  private int unix(String name) {
    int socket = calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return listening(socket, calls.bind(socket, UnixAddress.of(name)), true);
  }

  /** Without an address on every one: a single socket, as systemd makes it. */
  private int internet(PortTarget target) {
    if (target.address().isPresent()) {
      return internet(target, target.address().get());
    }
    int both = internet(target, IpAddress.ANY_V6);
    return both == -Errno.EAFNOSUPPORT.code() || both == -Errno.EADDRNOTAVAIL.code()
        ? internet(target, IpAddress.ANY_V4)
        : both;
  }

  private int internet(PortTarget target, IpAddress address) {
    boolean stream = target.protocol() == Protocol.TCP;
    int socket = ServerSocket.make(calls, target.protocol(), address);
    if (socket < 0) {
      return socket;
    }
    int result =
        ServerSocket.setOptions(calls, socket, request.asListener(target).newcomer(), address);
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

  /** None where nothing was made: what was passed to us stands where it should. */
  List<Integer> sockets() {
    return opened ? Collections.unmodifiableList(sockets) : List.of();
  }

  /** An environment that tells of them. */
  List<String> environment(List<String> given) {
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

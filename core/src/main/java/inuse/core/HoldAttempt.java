package inuse.core;

import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.RLIMIT_NOFILE;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;

import inuse.core.ask.PortCheck;
import inuse.core.ask.sockets.BindSettingsReader;
import inuse.core.ask.sockets.NamespaceView;
import inuse.core.evidence.Endpoint;
import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Inode;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Late;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Question;
import inuse.core.io.Host;
import inuse.core.io.ServerSocket;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Takes ports and keeps them: all that were asked for, or none. */
final class HoldAttempt {
  /*
   * Two sockets with SO_REUSEADDR may both be bound to one port, and then two would hold it. So the
   * port is taken by a plain bind, which the kernel allows only to the first, and the option is set
   * on the bound socket: from then on servers that set it may come, and no plain bind may.
   */

  /** sizeof(struct rlimit64): the soft limit, then the hard one. */
  private static final int LIMIT_BYTES = 16;

  private final Host host;
  private final SystemCalls calls;
  private final UnaryOperator<Question<PortTarget>> zoned;
  private final Newcomer server;
  private final Late<Iterator<Port>> free = new Late<>(() -> order().iterator());

  /**
   * An attempt on that host.
   *
   * @param server the user that takes them
   * @param zoned finds the interface of an address that is one of each link
   */
  HoldAttempt(Host host, Newcomer server, UnaryOperator<Question<PortTarget>> zoned) {
    this.host = host;
    calls = host.calls();
    this.server = server;
    this.zoned = zoned;
  }

  /**
   * A try for one port.
   *
   * @param result the descriptor, or a negated errno
   */
  private record Tried(PortTarget target, int result) {
    boolean isHeld() {
      return result >= 0;
    }
  }

  /** Takes each of these; port 0 is any free one. */
  Hold take(List<PortTarget> wanted) {
    Map<Integer, Tried> tried = new TreeMap<>();
    // A port that is named must not be taken as any free one before.
    for (boolean any : new boolean[] {false, true}) {
      for (int i = 0; i < wanted.size(); i++) {
        PortTarget one = wanted.get(i);
        if (one.port().isAny() == any) {
          tried.put(i, any ? anyFree(one) : new Tried(one, exactly(one)));
        }
      }
    }
    List<Hold.RefusedPort> refused =
        tried.values().stream()
            .filter(one -> !one.isHeld())
            .map(one -> new Hold.RefusedPort(one.target(), name(one.result())))
            .toList();
    List<HeldPorts.Socket> sockets = new ArrayList<>();
    tried.values().stream()
        .filter(Tried::isHeld)
        .forEach(one -> sockets.add(new HeldPorts.Socket(one.target(), one.result())));
    HeldPorts held = new HeldPorts(calls, sockets);
    if (refused.isEmpty()) {
      return new Hold.Taken(held);
    }
    held.close();
    return new Hold.Refused(refused);
  }

  private static ErrnoName name(int result) {
    return new ErrnoName(Errno.of(result).toString());
  }

  private List<Port> order() {
    long seed = calls.clockNanos(CLOCK_MONOTONIC) / 1000 + calls.getPid();
    return HoldOrder.of(
        BindSettingsReader.read(host.proc(), NamespaceView.HERE).ephemeral().toOptional(),
        BindSettingsReader.reserved(host.proc()),
        seed);
  }

  private Tried anyFree(PortTarget like) {
    while (free.get().hasNext()) {
      PortTarget target = like.at(free.get().next());
      int result = plainly(target);
      boolean another =
          result < 0 && Errno.of(result).isOneOf(Errno.EADDRINUSE, Errno.EACCES, Errno.EPERM);
      if (!another) {
        return new Tried(result < 0 ? like : target, result);
      }
    }
    return new Tried(like, -Errno.EADDRINUSE.code());
  }

  private int exactly(PortTarget target) {
    int result = plainly(target);
    return result == -Errno.EADDRINUSE.code() ? besideRemains(target) : result;
  }

  private int plainly(PortTarget target) {
    return bound(target, newcomer(target));
  }

  /**
   * Takes a port of which only connections are left, as in TIME_WAIT, that a server with
   * SO_REUSEADDR may pass. Two may do so at once, and then both see the other, and neither has it.
   */
  private int besideRemains(PortTarget target) {
    int socket = bound(target, newcomer(target).withReuseAddress());
    if (socket < 0) {
      return socket;
    }
    if (FileStatus.of(calls, socket) instanceof CallResult.Ok<FileStatus>(FileStatus own)) {
      try (PortCheck check = new PortCheck(host, new Question<>(target, server, true))) {
        if (check.isServedByNone(new Inode(own.inode()))) {
          return socket;
        }
      }
    }
    calls.close(socket);
    return -Errno.EADDRINUSE.code();
  }

  private Newcomer newcomer(PortTarget target) {
    return zoned.apply(new Question<>(target, server, true)).newcomer();
  }

  /** Without an address of all addresses: by a single socket, where there is IPv6. */
  private int bound(PortTarget target, Newcomer options) {
    if (target.protocol() != Protocol.TCP) {
      throw new IllegalArgumentException("only TCP ports can be held, not " + target);
    }
    if (target.address().isPresent()) {
      return bound(new Endpoint(target.address().get(), target.port()), options);
    }
    int both = bound(new Endpoint(IpAddress.ANY_V6, target.port()), options);
    return both == -Errno.EAFNOSUPPORT.code() || both == -Errno.EADDRNOTAVAIL.code()
        ? bound(new Endpoint(IpAddress.ANY_V4, target.port()), options)
        : both;
  }

  private int bound(Endpoint place, Newcomer options) {
    int socket = socket(place.address());
    if (socket < 0) {
      return socket;
    }
    int result = ServerSocket.setOptions(calls, socket, options, place.address());
    if (result >= 0) {
      result = calls.bind(socket, ServerSocket.address(place));
    }
    if (result >= 0) {
      result = SocketOption.set(calls, socket, SOL_SOCKET, SO_REUSEADDR, true);
    }
    if (result < 0) {
      calls.close(socket);
      return result;
    }
    return socket;
  }

  private int socket(IpAddress address) {
    int socket = ServerSocket.make(calls, Protocol.TCP, address);
    return socket == -Errno.EMFILE.code() && isLimitRaised()
        ? ServerSocket.make(calls, Protocol.TCP, address)
        : socket;
  }

  /** Allows this process as many descriptors as it may have; false where it has been done. */
  private boolean isLimitRaised() {
    byte[] limit = new byte[LIMIT_BYTES];
    if (calls.resourceLimit(RLIMIT_NOFILE, new byte[0], limit) < 0) {
      return false;
    }
    long hard = Bytes.getLong(limit, Long.BYTES);
    if (Bytes.getLong(limit, 0) == hard) {
      return false;
    }
    Bytes.putLong(limit, 0, hard);
    return calls.resourceLimit(RLIMIT_NOFILE, limit, new byte[LIMIT_BYTES]) >= 0;
  }
}

package inuse.core.ask.sockets;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_NONBLOCK;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;

import inuse.core.evidence.ErrnoName;
import inuse.core.evidence.Probe;
import inuse.core.evidence.Reading;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixTarget;
import inuse.core.io.Readings;
import inuse.kernel.Errno;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.UnixAddress;
import java.util.ArrayList;
import java.util.List;

/** Probes a unix socket's path or name by bind(2) and connect(2), and leaves nothing behind. */
public final class UnixProbes {
  private final SystemCalls calls;

  public UnixProbes(SystemCalls calls) {
    this.calls = calls;
  }

  /**
   * A bind as a server of type SOCK_STREAM would make it, and a second with SO_REUSEADDR where that
   * was refused.
   */
  public List<UnixProbe> bind(UnixTarget target) {
    List<UnixProbe> probes = new ArrayList<>();
    probes.add(bind(target, false));
    if (probes.getFirst().result() instanceof Probe.Result.Refused(String call, ErrnoName errno)
        && errno.equals(ErrnoName.EADDRINUSE)) {
      probes.add(bind(target, true));
    }
    return probes;
  }

  private UnixProbe bind(UnixTarget target, boolean reuseAddress) {
    int fd = calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return refused(reuseAddress, "socket", fd);
    }
    try {
      if (reuseAddress) {
        int set = SocketOption.set(calls, fd, SOL_SOCKET, SO_REUSEADDR, true);
        if (set < 0) {
          return refused(true, "setsockopt", set);
        }
      }
      int bound = calls.bind(fd, UnixAddress.of(bindable(target)));
      return bound < 0
          ? refused(reuseAddress, "bind", bound)
          : new UnixProbe(reuseAddress, new Probe.Result.Allowed());
    } finally {
      calls.close(fd);
    }
  }

  /**
   * The name to bind. A path gets a final slash: for an existing file the kernel still says
   * EADDRINUSE, and ENOENT where it was removed just before, so that a probe never creates a file.
   */
  private static String bindable(UnixTarget target) {
    return switch (target) {
      case UnixTarget.Abstract(var name) -> "\0" + name.bytes();
      case UnixTarget.Path(var path) ->
          path.bytes().endsWith("/") ? path.bytes() : path.bytes() + "/";
    };
  }

  /**
   * Whether any socket, in any network namespace, is bound to the file of that path. A datagram
   * socket asks, so that no server gets a connection: for a socket of another type the error is
   * EPROTOTYPE, even when it does not listen, and ECONNREFUSED only for a file without a socket.
   */
  public Reading<Boolean> isServed(UnixTarget.Path path) {
    int fd = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return Reading.unknown(Readings.of(Errno.of(fd)));
    }
    try {
      int connected = calls.connect(fd, UnixAddress.of(path.path().bytes()));
      if (connected >= 0) {
        return Reading.known(true);
      }
      Errno refusal = Errno.of(connected);
      if (refusal.equals(Errno.ECONNREFUSED)) {
        return Reading.known(false);
      }
      // EPERM: a datagram socket that is connected to another one.
      return refusal.isOneOf(Errno.EPROTOTYPE, Errno.EAGAIN, Errno.EPERM)
          ? Reading.known(true)
          : Reading.unknown(Readings.of(refusal));
    } finally {
      calls.close(fd);
    }
  }

  private static UnixProbe refused(boolean reuseAddress, String call, int rawResult) {
    return new UnixProbe(
        reuseAddress,
        new Probe.Result.Refused(call, new ErrnoName(Errno.of(rawResult).toString())));
  }
}

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

/** Asks the kernel about a unix socket's place by bind(2) and connect(2), and leaves nothing. */
public final class UnixProbes {
  private final SystemCalls calls;

  public UnixProbes(SystemCalls calls) {
    this.calls = calls;
  }

  /** A bind as a server of type SOCK_STREAM would, and one with SO_REUSEADDR where refused. */
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
   * Where to bind. A path gets a slash behind it: to what exists the kernel says EADDRINUSE all the
   * same, and where somebody has just removed it ENOENT, so that no file can ever be made.
   */
  private static String bindable(UnixTarget target) {
    return switch (target) {
      case UnixTarget.Abstract(var name) -> "\0" + name.bytes();
      case UnixTarget.Path(var path) ->
          path.bytes().endsWith("/") ? path.bytes() : path.bytes() + "/";
    };
  }

  /**
   * Whether any socket is bound to the file of that path, in whatever network namespace. Asked by a
   * datagram socket, so that no server ever gets a connection: one of another type answers
   * EPROTOTYPE, also when it does not listen, and only a file that no socket has ECONNREFUSED.
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
      // EPERM: a datagram socket that is connected to another.
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

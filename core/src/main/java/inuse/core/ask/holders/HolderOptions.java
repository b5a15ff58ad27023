package inuse.core.ask.holders;

import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Holder;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Reading;
import inuse.core.io.Readings;
import inuse.core.io.SocketIdentity;
import inuse.kernel.Errno;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import java.util.List;

/**
 * Options of a holder's own socket, which no table shows: read from a duplicate of its descriptor,
 * taken with pidfd_getfd(2) and closed at once. The duplicate counts only if it is the wanted
 * socket ({@link SocketIdentity}). Of several sockets of one process the next is had cheaper.
 */
public final class HolderOptions implements AutoCloseable {
  /** Sockets of one port whose options are read; listeners come first. */
  private static final int MAX_READ = 64;

  /** The same of all ports together. */
  public static final int MAX_OF_CENSUS = 1024;

  private final SystemCalls calls;
  private final int most;
  private int read;

  /** The process that was read from last, and its descriptor; negative where there is none. */
  private int process;

  private int pidfd = -1;

  public HolderOptions(SystemCalls calls) {
    this(calls, MAX_READ);
  }

  /** One that reads the options of so many sockets. */
  public HolderOptions(SystemCalls calls, int most) {
    this.calls = calls;
    this.most = most;
  }

  /** The socket with its options, where they can be read from a holder. */
  public BoundSocket complete(BoundSocket socket, List<Holder> holders) {
    if (socket.inode().isEmpty() || socket.cookie() == 0) {
      return with(socket, Reading.unknown(Reading.Why.UNSUPPORTED));
    }
    if (read >= most) {
      return with(socket, Reading.unknown(Reading.Why.TOO_MANY));
    }
    Reading<BoundSocket.Options> options = Reading.unknown(Reading.Why.DENIED);
    for (Holder holder : holders) {
      for (Holder.OpenSocket open : holder.descriptors(socket)) {
        read++;
        options = read(holder.pid().number(), open, socket);
        if (options instanceof Reading.Known<BoundSocket.Options>) {
          return with(socket, options);
        }
      }
    }
    return with(socket, options);
  }

  private Reading<BoundSocket.Options> read(int pid, Holder.OpenSocket open, BoundSocket socket) {
    if (pid != process) {
      close();
      process = pid;
      pidfd = calls.pidfdOpen(pid, 0);
    }
    if (pidfd < 0) {
      return Reading.unknown(Readings.of(Errno.of(pidfd)));
    }
    int copy = calls.pidfdGetFd(pidfd, open.fd());
    if (copy < 0) {
      return Reading.unknown(Readings.of(Errno.of(copy)));
    }
    try {
      if (!SocketIdentity.is(calls, copy, open.inode(), socket.cookie())) {
        return Reading.unknown(Reading.Why.VANISHED);
      }
      Reading<Boolean> reuseAddress = flag(copy, SO_REUSEADDR);
      Reading<Boolean> reusePort = flag(copy, SO_REUSEPORT);
      return Reading.known(
          new BoundSocket.Options(reuseAddress, reusePort, ipv6Only(copy, socket)));
    } finally {
      calls.close(copy);
    }
  }

  @Override
  public void close() {
    if (pidfd >= 0) {
      calls.close(pidfd);
    }
    process = 0;
    pidfd = -1;
  }

  /** The table reports it only for listeners and bound sockets. */
  private Reading<Boolean> ipv6Only(int fd, BoundSocket socket) {
    if (socket.local().address().family() == IpAddress.Family.V4
        || socket.ipv6Only() instanceof Reading.Known<Boolean>) {
      return socket.ipv6Only();
    }
    int value = SocketOption.number(calls, fd, IPPROTO_IPV6, IPV6_V6ONLY);
    return value < 0 ? socket.ipv6Only() : Reading.known(value != 0);
  }

  private Reading<Boolean> flag(int fd, int option) {
    return Reading.known(SocketOption.number(calls, fd, SOL_SOCKET, option) > 0);
  }

  private static BoundSocket with(BoundSocket socket, Reading<BoundSocket.Options> options) {
    return switch (options) {
      case Reading.Known<BoundSocket.Options>(BoundSocket.Options known) ->
          socket.withOptions(known);
      case Reading.Unknown<BoundSocket.Options>(Reading.Why why) ->
          socket.withOptions(
              new BoundSocket.Options(
                  Reading.unknown(why), Reading.unknown(why), socket.ipv6Only()));
    };
  }
}

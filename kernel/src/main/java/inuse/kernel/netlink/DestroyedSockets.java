package inuse.kernel.netlink;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.MSG_DONTWAIT;
import static inuse.kernel.abi.Constants.NETLINK_SOCK_DIAG;
import static inuse.kernel.abi.Constants.SKNLGRP_INET6_TCP_DESTROY;
import static inuse.kernel.abi.Constants.SKNLGRP_INET6_UDP_DESTROY;
import static inuse.kernel.abi.Constants.SKNLGRP_INET_TCP_DESTROY;
import static inuse.kernel.abi.Constants.SKNLGRP_INET_UDP_DESTROY;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_RAW;

import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SystemCalls;
import java.util.function.IntPredicate;

/**
 * Notifications of every TCP and UDP socket of this network namespace that the kernel destroys
 * (sock_diag(7), the groups of linux/sock_diag.h). TIME_WAIT is not reported, neither its beginning
 * as a hold nor its end.
 */
public final class DestroyedSockets implements AutoCloseable {
  private static final int BUFFER = 8 * 1024;

  private static final int GROUPS =
      (1 << (SKNLGRP_INET_TCP_DESTROY - 1))
          | (1 << (SKNLGRP_INET_UDP_DESTROY - 1))
          | (1 << (SKNLGRP_INET6_TCP_DESTROY - 1))
          | (1 << (SKNLGRP_INET6_UDP_DESTROY - 1));

  private final SystemCalls calls;
  private final int fd;
  private final byte[] buffer = new byte[BUFFER];

  private DestroyedSockets(SystemCalls calls, int fd) {
    this.calls = calls;
    this.fd = fd;
  }

  /** Subscribes; needs no privilege. */
  public static CallResult<DestroyedSockets> open(SystemCalls calls) {
    int fd = calls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) {
      return CallResult.failed("socket", "sock_diag", fd);
    }
    byte[] address = new byte[12];
    Bytes.putShort(address, 0, AF_NETLINK);
    Bytes.putInt(address, 8, GROUPS);
    int bound = calls.bind(fd, address);
    if (bound < 0) {
      calls.close(fd);
      return CallResult.failed("bind", "sock_diag", bound);
    }
    return new CallResult.Ok<>(new DestroyedSockets(calls, fd));
  }

  /** Readable when there are notifications. */
  public int fd() {
    return fd;
  }

  /** Reads all notifications; returns whether one may be about a socket of such a port. */
  public boolean take(IntPredicate ports) {
    boolean hit = false;
    while (true) {
      byte[] sender = new byte[12];
      int length = calls.receiveFrom(fd, buffer, MSG_DONTWAIT, sender);
      if (length == -Errno.ENOBUFS.code()) {
        hit = true;
      } else if (length <= 0) {
        return hit;
      } else if (Bytes.getInt(sender, 4) == 0) {
        hit |= isAbout(ports, length);
      }
    }
  }

  private boolean isAbout(IntPredicate ports, int length) {
    try {
      for (int at = 0; at < length; ) {
        Message message = Message.at(buffer, at, length);
        at = message.next();
        if (ports.test(InetDiag.decode(buffer, message.payload(), message.end()).sourcePort())) {
          return true;
        }
      }
      return false;
    } catch (Malformed news) {
      // A message that cannot be decoded may be about one of them.
      return true;
    }
  }

  @Override
  public void close() {
    calls.close(fd);
  }
}

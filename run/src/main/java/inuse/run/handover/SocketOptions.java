package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;

import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/**
 * What a bind(2) of another program's socket depends on, read from that socket.
 *
 * @param domain AF_INET or AF_INET6
 * @param type SOCK_STREAM or SOCK_DGRAM
 * @param number its protocol, which need not be TCP: MPTCP shares TCP's ports
 */
public record SocketOptions(
    int domain,
    int type,
    int number,
    boolean reuseAddress,
    boolean reusePort,
    boolean ipv6Only,
    Optional<Untrusted> device,
    long uid) {
  /** IFNAMSIZ. */
  private static final int NAME_BYTES = 16;

  public static SocketOptions read(SystemCalls calls, int socket, int domain, int type) {
    byte[] name = new byte[NAME_BYTES];
    int length = calls.getSocketOption(socket, SOL_SOCKET, SO_BINDTODEVICE, name);
    return new SocketOptions(
        domain,
        type,
        SocketOption.number(calls, socket, SOL_SOCKET, SO_PROTOCOL),
        SocketOption.number(calls, socket, SOL_SOCKET, SO_REUSEADDR) > 0,
        SocketOption.number(calls, socket, SOL_SOCKET, SO_REUSEPORT) > 0,
        domain == AF_INET6 && SocketOption.number(calls, socket, IPPROTO_IPV6, IPV6_V6ONLY) > 0,
        length > 1 ? Optional.of(new Untrusted(Bytes.text(name, 0, length - 1))) : Optional.empty(),
        FileStatus.owner(calls, socket));
  }

  /**
   * Whether a bind of a new socket with these options to that address fails with EADDRINUSE; other
   * errors are the program's own business. The socket is closed at once: the address is free again
   * before the program binds it.
   *
   * @param reused with SO_REUSEADDR, regardless of the options
   */
  public boolean isRefused(SystemCalls calls, byte[] address, boolean reused) {
    boolean another = calls.getEffectiveUid() != uid;
    if (another) {
      // With SO_REUSEPORT the owner of the sockets matters.
      calls.setFileUid(uid);
    }
    int probe = calls.socket(domain, type | SOCK_CLOEXEC, number);
    if (another) {
      calls.setFileUid(calls.getEffectiveUid());
    }
    if (probe < 0) {
      return false;
    }
    if (reused || reuseAddress) {
      SocketOption.set(calls, probe, SOL_SOCKET, SO_REUSEADDR, true);
    }
    if (reusePort) {
      SocketOption.set(calls, probe, SOL_SOCKET, SO_REUSEPORT, true);
    }
    if (domain == AF_INET6) {
      SocketOption.set(calls, probe, IPPROTO_IPV6, IPV6_V6ONLY, ipv6Only);
    }
    if (device.isPresent()) {
      calls.setSocketOption(probe, SOL_SOCKET, SO_BINDTODEVICE, Bytes.of(device.get().bytes()));
    }
    int bound = calls.bind(probe, address);
    calls.close(probe);
    return bound < 0 && Errno.of(bound).equals(Errno.EADDRINUSE);
  }
}

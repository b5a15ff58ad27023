package inuse.core.run;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.AT_EMPTY_PATH;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;
import static inuse.kernel.abi.Constants.STATX_UID;

import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SystemCalls;
import java.util.Optional;

/**
 * What a bind(2) of another program's socket depends on, read from that very socket.
 *
 * @param domain AF_INET or AF_INET6
 * @param type SOCK_STREAM or SOCK_DGRAM
 * @param number its protocol, which need not be TCP's: MPTCP has ports of the same kind
 */
record SocketOptions(
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

  private static final int UID_AT = 20;

  static SocketOptions read(SystemCalls calls, int socket, int domain, int type) {
    byte[] name = new byte[NAME_BYTES];
    int length = calls.getSocketOption(socket, SOL_SOCKET, SO_BINDTODEVICE, name);
    byte[] status = new byte[FileStatus.BYTES];
    calls.statx(socket, new byte[0], AT_EMPTY_PATH, STATX_UID, status);
    return new SocketOptions(
        domain,
        type,
        option(calls, socket, SOL_SOCKET, SO_PROTOCOL),
        option(calls, socket, SOL_SOCKET, SO_REUSEADDR) > 0,
        option(calls, socket, SOL_SOCKET, SO_REUSEPORT) > 0,
        domain == AF_INET6 && option(calls, socket, IPPROTO_IPV6, IPV6_V6ONLY) > 0,
        length > 1 ? Optional.of(new Untrusted(Bytes.text(name, 0, length - 1))) : Optional.empty(),
        Bytes.getUnsignedInt(status, UID_AT));
  }

  /** The value of an option; a negated errno where it has none. */
  static int option(SystemCalls calls, int socket, int level, int option) {
    byte[] value = new byte[4];
    int result = calls.getSocketOption(socket, level, option, value);
    return result < 0 ? result : Bytes.getInt(value, 0);
  }

  static int set(SystemCalls calls, int socket, int level, int option) {
    byte[] on = new byte[4];
    Bytes.putInt(on, 0, 1);
    return calls.setSocketOption(socket, level, option, on);
  }

  /**
   * What a bind to that address says of a new socket with these options, which is closed at once:
   * EADDRINUSE, or anything else that is the program's own business. The address is free again
   * before the program binds it.
   *
   * @param reused with SO_REUSEADDR, whatever the options say
   */
  boolean isRefused(SystemCalls calls, byte[] address, boolean reused) {
    boolean another = calls.getEffectiveUid() != uid;
    if (another) {
      // With SO_REUSEPORT it matters whose the sockets are.
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
      set(calls, probe, SOL_SOCKET, SO_REUSEADDR);
    }
    if (reusePort) {
      set(calls, probe, SOL_SOCKET, SO_REUSEPORT);
    }
    if (domain == AF_INET6) {
      byte[] only = new byte[4];
      Bytes.putInt(only, 0, ipv6Only ? 1 : 0);
      calls.setSocketOption(probe, IPPROTO_IPV6, IPV6_V6ONLY, only);
    }
    if (device.isPresent()) {
      calls.setSocketOption(probe, SOL_SOCKET, SO_BINDTODEVICE, Bytes.of(device.get().bytes()));
    }
    int bound = calls.bind(probe, address);
    calls.close(probe);
    return bound < 0 && Errno.of(bound).equals(Errno.EADDRINUSE);
  }
}

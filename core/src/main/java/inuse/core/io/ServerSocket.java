package inuse.core.io;

import static inuse.kernel.abi.Constants.IPPROTO_IP;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.IP_FREEBIND;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;

import inuse.core.evidence.Endpoint;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.Protocol;
import inuse.kernel.Bytes;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;

/** A socket as the newcomer would make it. */
public final class ServerSocket {
  private ServerSocket() {}

  /** socket(2): a descriptor, or a negated errno. */
  public static int make(SystemCalls calls, Protocol protocol, IpAddress address) {
    int type =
        switch (protocol) {
          case TCP -> SOCK_STREAM;
          case UDP -> SOCK_DGRAM;
        };
    return calls.socket(Addresses.family(address), type | SOCK_CLOEXEC, 0);
  }

  /** setsockopt(2) of all its options: a negated errno where one is refused. */
  public static int setOptions(SystemCalls calls, int fd, Newcomer newcomer, IpAddress address) {
    int result = 0;
    if (address.family() == IpAddress.Family.V6) {
      result = SocketOption.set(calls, fd, IPPROTO_IPV6, IPV6_V6ONLY, newcomer.ipv6Only());
    }
    if (result >= 0 && newcomer.reuseAddress()) {
      result = SocketOption.set(calls, fd, SOL_SOCKET, SO_REUSEADDR, true);
    }
    if (result >= 0 && newcomer.reusePort()) {
      result = SocketOption.set(calls, fd, SOL_SOCKET, SO_REUSEPORT, true);
    }
    if (result >= 0 && newcomer.nonLocal()) {
      result = SocketOption.set(calls, fd, IPPROTO_IP, IP_FREEBIND, true);
    }
    if (result >= 0 && newcomer.device().isPresent()) {
      byte[] name = Bytes.of(newcomer.device().get().name().bytes());
      result = calls.setSocketOption(fd, SOL_SOCKET, SO_BINDTODEVICE, name);
    }
    return result;
  }

  /** struct sockaddr_in or sockaddr_in6. */
  public static byte[] address(Endpoint endpoint) {
    return Addresses.socketAddress(endpoint);
  }
}

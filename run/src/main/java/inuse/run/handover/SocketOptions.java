package inuse.run.handover;

import static inuse.kernel.abi.Constants.AF_INET6;
import static inuse.kernel.abi.Constants.IPPROTO_IP;
import static inuse.kernel.abi.Constants.IPPROTO_IPV6;
import static inuse.kernel.abi.Constants.IPV6_V6ONLY;
import static inuse.kernel.abi.Constants.IP_FREEBIND;
import static inuse.kernel.abi.Constants.IP_TRANSPARENT;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_BINDTODEVICE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;
import static inuse.kernel.abi.Constants.SO_REUSEADDR;
import static inuse.kernel.abi.Constants.SO_REUSEPORT;

import inuse.core.evidence.Untrusted;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Capabilities;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.run.process.TaskRights;
import java.util.Optional;

/**
 * What a bind(2) of another program's socket depends on, read from that socket.
 *
 * @param domain AF_INET or AF_INET6
 * @param type SOCK_STREAM or SOCK_DGRAM
 * @param number its protocol, which need not be TCP: MPTCP shares TCP's ports
 * @param nonLocal whether it may be bound to an address that this host does not have
 */
public record SocketOptions(
    int domain,
    int type,
    int number,
    boolean reuseAddress,
    boolean reusePort,
    boolean ipv6Only,
    boolean nonLocal,
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
        SocketOption.number(calls, socket, IPPROTO_IP, IP_FREEBIND) > 0
            || SocketOption.number(calls, socket, IPPROTO_IP, IP_TRANSPARENT) > 0,
        length > 1 ? Optional.of(new Untrusted(Bytes.text(name, 0, length - 1))) : Optional.empty(),
        FileStatus.owner(calls, socket));
  }

  /** What the kernel says to a bind. */
  public enum Outcome {
    /** It would succeed. */
    POSSIBLE,
    /** EADDRINUSE. */
    IN_USE,
    /** EADDRNOTAVAIL: the address is not here, or not yet. */
    NOT_LOCAL,
    /** EACCES or EPERM. */
    DENIED,
    /** It would fail for another reason, whoever holds the address. */
    OTHERWISE_REFUSED
  }

  /**
   * What a bind of a new socket with these options to that address ends with. The socket is closed
   * at once: the address is free again before the program binds it.
   *
   * @param reused with SO_REUSEADDR, regardless of the options
   */
  public Outcome bind(SystemCalls calls, byte[] address, boolean reused) {
    int probe = twin(calls, reused);
    if (probe < 0) {
      return Outcome.OTHERWISE_REFUSED;
    }
    int bound = calls.bind(probe, address);
    calls.close(probe);
    return bound >= 0 ? Outcome.POSSIBLE : refused(Errno.of(bound));
  }

  private static Outcome refused(Errno errno) {
    if (errno.equals(Errno.EADDRINUSE)) {
      return Outcome.IN_USE;
    }
    if (errno.equals(Errno.EADDRNOTAVAIL)) {
      return Outcome.NOT_LOCAL;
    }
    return errno.isOneOf(Errno.EACCES, Errno.EPERM) ? Outcome.DENIED : Outcome.OTHERWISE_REFUSED;
  }

  /** The same, made with no more than a task's capabilities, which a privileged port asks for. */
  public Outcome bind(SystemCalls calls, byte[] address, boolean reused, TaskRights rights) {
    if (!(Capabilities.read(calls) instanceof CallResult.Ok<Capabilities>(Capabilities ours))
        || ours.effectiveWithin(rights.capabilities()).set(calls) < 0) {
      return Outcome.OTHERWISE_REFUSED;
    }
    Outcome outcome = bind(calls, address, reused);
    int returned = ours.set(calls);
    if (returned < 0) {
      throw new IllegalStateException("capset back: " + Errno.of(returned));
    }
    return outcome;
  }

  /** A socket like it, or a negated errno. */
  private int twin(SystemCalls calls, boolean reused) {
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
      return probe;
    }
    set(calls, probe, SOL_SOCKET, SO_REUSEADDR, reused || reuseAddress);
    set(calls, probe, SOL_SOCKET, SO_REUSEPORT, reusePort);
    set(calls, probe, IPPROTO_IP, IP_FREEBIND, nonLocal);
    if (domain == AF_INET6) {
      SocketOption.set(calls, probe, IPPROTO_IPV6, IPV6_V6ONLY, ipv6Only);
    }
    int tied =
        device
            .map(name ->
                calls.setSocketOption(probe, SOL_SOCKET, SO_BINDTODEVICE, Bytes.of(name.bytes())))
            .orElse(0);
    if (tied < 0) {
      calls.close(probe);
      return tied;
    }
    return probe;
  }

  private static void set(SystemCalls calls, int probe, int level, int option, boolean on) {
    if (on) {
      SocketOption.set(calls, probe, level, option, true);
    }
  }
}

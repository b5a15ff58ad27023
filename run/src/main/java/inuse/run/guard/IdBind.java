package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static inuse.kernel.abi.Constants.AF_VSOCK;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_RAW;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_PROTOCOL;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.core.evidence.Inode;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.NetNetlink;
import inuse.kernel.proc.Proc;
import inuse.run.guard.RefusedId.Space;
import java.util.Optional;
import java.util.OptionalLong;

/** A bind of a netlink or VSOCK socket, whose number somebody else may have. */
final class IdBind {
  private static final int ADDRESS_BYTES = 12;
  private static final int ID_AT = 4;

  /** VMADDR_PORT_ANY (linux/vm_sockets.h): the kernel chooses. */
  private static final long ANY_PORT = 0xffffffffL;

  private final Proc proc;
  private final SystemCalls calls;
  private final OptionalLong namespace;

  /**
   * Binds of our network namespace.
   *
   * @param namespace its cookie
   */
  IdBind(Host host, OptionalLong namespace) {
    proc = host.proc();
    calls = host.calls();
    this.namespace = namespace;
  }

  /**
   * What is refused; empty where it is not.
   *
   * @param socket a duplicate of the program's socket
   * @param address struct sockaddr_nl or sockaddr_vm
   */
  Optional<RefusedId> refused(int socket, byte[] address) {
    if (address.length < ADDRESS_BYTES
        || !SocketOption.cookie(calls, socket, SO_NETNS_COOKIE).equals(namespace)) {
      return Optional.empty();
    }
    long id = Bytes.getInt(address, ID_AT) & 0xffffffffL;
    int family = Bytes.getShort(address, 0);
    if (family == AF_NETLINK) {
      int protocol = SocketOption.number(calls, socket, SOL_SOCKET, SO_PROTOCOL);
      return id != 0 && isTaken(AF_NETLINK, SOCK_RAW, protocol, withoutGroups(address))
          ? Optional.of(new RefusedId(Space.NETLINK, protocol, id, theirs(protocol, id)))
          : Optional.empty();
    }
    int type = SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE);
    return id != ANY_PORT && isTaken(AF_VSOCK, type, 0, address)
        ? Optional.of(new RefusedId(Space.VSOCK, 0, id, Optional.empty()))
        : Optional.empty();
  }

  /** Groups may take a right that we lack, and matter to no conflict. */
  private static byte[] withoutGroups(byte[] address) {
    byte[] plain = new byte[ADDRESS_BYTES];
    System.arraycopy(address, 0, plain, 0, 2 * ID_AT);
    return plain;
  }

  private boolean isTaken(int family, int type, int protocol, byte[] address) {
    int twin = calls.socket(family, type | SOCK_CLOEXEC, protocol);
    int bound = twin < 0 ? 0 : calls.bind(twin, address);
    calls.close(twin);
    return bound == -Errno.EADDRINUSE.code();
  }

  /** The socket that has it. */
  private Optional<Inode> theirs(int protocol, long id) {
    if (!(proc.text("/proc/net/netlink") instanceof CallResult.Ok<String>(String text))) {
      return Optional.empty();
    }
    // Zero where it is being closed.
    long inode = NetNetlink.inode(text, protocol, id).orElse(0);
    return inode > 0 ? Optional.of(new Inode(inode)) : Optional.empty();
  }
}

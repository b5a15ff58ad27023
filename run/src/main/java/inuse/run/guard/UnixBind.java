package inuse.run.guard;

import static inuse.kernel.abi.Constants.AF_UNIX;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_STREAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;
import static inuse.kernel.abi.Constants.SO_TYPE;

import inuse.core.evidence.UnixTarget;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.Errno;
import inuse.kernel.FileStatus;
import inuse.kernel.SocketOption;
import inuse.kernel.SystemCalls;
import inuse.run.handover.RefusedUnixBind;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A bind of a program's unix socket. A path cannot be tried with a twin, which would make the file;
 * but bind(2) refuses each that exists, whatever it is.
 */
final class UnixBind {
  private static final int FAMILY_BYTES = 2;

  private final Host host;
  private final SystemCalls calls;
  private final OptionalLong namespace;

  /**
   * Binds of our network namespace.
   *
   * @param namespace its cookie
   */
  UnixBind(Host host, OptionalLong namespace) {
    this.host = host;
    calls = host.calls();
    this.namespace = namespace;
  }

  /**
   * What is refused; empty where it is not, or cannot be asked about.
   *
   * @param thread that binds
   * @param socket a duplicate of its socket
   * @param address struct sockaddr_un, as long as it is given
   */
  Optional<RefusedUnixBind> refused(int thread, int socket, byte[] address) {
    if (address.length <= FAMILY_BYTES || isBound(socket)) {
      return Optional.empty();
    }
    return address[FAMILY_BYTES] == 0
        ? name(socket, address)
        : path(thread, Bytes.text(address, FAMILY_BYTES, address.length - FAMILY_BYTES));
  }

  private boolean isBound(int socket) {
    return calls.getSocketName(socket, new byte[FAMILY_BYTES + 1]) > FAMILY_BYTES;
  }

  private Optional<RefusedUnixBind> name(int socket, byte[] address) {
    int length = address.length - FAMILY_BYTES - 1;
    boolean ours =
        SocketOption.number(calls, socket, SOL_SOCKET, SO_TYPE) == SOCK_STREAM
            && SocketOption.cookie(calls, socket, SO_NETNS_COOKIE).equals(namespace);
    if (!ours || length < 1 || length > UnixTarget.MAX_NAME_BYTES || !isTaken(address)) {
      return Optional.empty();
    }
    Untrusted name = new Untrusted(Bytes.text(address, FAMILY_BYTES + 1, length));
    return Optional.of(new RefusedUnixBind(new UnixTarget.Abstract(name)));
  }

  private boolean isTaken(byte[] address) {
    int twin = calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int bound = calls.bind(twin, address);
    calls.close(twin);
    return bound == -Errno.EADDRINUSE.code();
  }

  private Optional<RefusedUnixBind> path(int thread, String bytes) {
    int end = bytes.indexOf('\0');
    String given = end < 0 ? bytes : bytes.substring(0, end);
    return whole(thread, given)
        .filter(path -> path.length() <= UnixTarget.MAX_PATH_BYTES)
        .filter(path -> FileStatus.read(calls, Bytes.of(path)) instanceof CallResult.Ok<FileStatus>)
        .map(path -> new RefusedUnixBind(new UnixTarget.Path(new Untrusted(path))));
  }

  /** The path from the root, where the task sees the files that we see. */
  private Optional<String> whole(int thread, String path) {
    if (!sameLink(thread, "ns/mnt") || !sameLink(thread, "root")) {
      return Optional.empty();
    }
    if (path.startsWith("/")) {
      return Optional.of(path);
    }
    return host.proc().link("/proc/" + thread + "/cwd")
            instanceof CallResult.Ok<String>(String place)
        ? Optional.of((place.equals("/") ? "" : place) + "/" + path)
        : Optional.empty();
  }

  private boolean sameLink(int thread, String name) {
    return host.proc().link("/proc/self/" + name) instanceof CallResult.Ok<String>(String ours)
        && host.proc().link("/proc/" + thread + "/" + name)
            instanceof CallResult.Ok<String>(String theirs)
        && theirs.equals(ours);
  }
}

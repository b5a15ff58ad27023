package inuse.record;

import static inuse.kernel.abi.Constants.AF_INET;
import static inuse.kernel.abi.Constants.SOCK_CLOEXEC;
import static inuse.kernel.abi.Constants.SOCK_DGRAM;
import static inuse.kernel.abi.Constants.SOL_SOCKET;
import static inuse.kernel.abi.Constants.SO_NETNS_COOKIE;

import inuse.core.io.Host;
import inuse.kernel.Bytes;
import inuse.kernel.CallResult;
import inuse.kernel.SystemCalls;
import inuse.kernel.proc.ProcessFiles;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Network namespaces by their cookies: a cookie is never given twice until the next boot. */
final class HostNamespaces implements BindModel.Namespaces {
  /** Namespaces that are remembered. */
  private static final int MAX_NAMESPACES = 10_000;

  private final Host host;
  private final long own;
  private final Map<Long, Optional<Long>> known = new HashMap<>();

  HostNamespaces(Host host) {
    this.host = host;
    own = inode("self").orElse(0L);
    long cookie = ownCookie();
    if (cookie != 0) {
      known.put(cookie, Optional.empty());
    }
  }

  /** The inode of the recorder's own; zero where /proc does not show it. */
  long own() {
    return own;
  }

  private long ownCookie() {
    SystemCalls calls = host.calls();
    int socket = calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
      return 0;
    }
    byte[] cookie = new byte[Long.BYTES];
    int got = calls.getSocketOption(socket, SOL_SOCKET, SO_NETNS_COOKIE, cookie);
    calls.close(socket);
    return got < 0 ? 0 : Bytes.getLong(cookie, 0);
  }

  @Override
  public Optional<Long> inode(long cookie, int pid) {
    Optional<Long> before = known.get(cookie);
    if (before != null) {
      return before;
    }
    Optional<Long> inode = inode(Integer.toString(pid));
    if (inode.isEmpty()) {
      return Optional.of(0L);
    }
    Optional<Long> named = inode.get() == own ? Optional.empty() : inode;
    if (known.size() < MAX_NAMESPACES) {
      known.put(cookie, named);
    }
    return named;
  }

  private Optional<Long> inode(String process) {
    return host.proc().link("/proc/" + process + "/ns/net")
            instanceof CallResult.Ok<String>(String link)
        ? Optional.of(ProcessFiles.namespaceInode(link)).filter(number -> number > 0)
        : Optional.empty();
  }
}

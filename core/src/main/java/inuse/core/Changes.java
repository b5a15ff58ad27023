package inuse.core;

import inuse.core.ask.sockets.SocketDigest;
import inuse.core.evidence.Port;
import inuse.core.io.Host;
import inuse.kernel.CallResult;
import inuse.kernel.netlink.DestroyedSockets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether what is bound in this network namespace may have changed. The kernel tells when a socket
 * ends, but not when one is bound: that is found by a look, which takes less than a millisecond.
 */
public final class Changes implements AutoCloseable {
  private final SocketDigest digest;
  private final Optional<DestroyedSockets> ended;
  private OptionalLong last = OptionalLong.empty();

  Changes(Host host) {
    digest = new SocketDigest(host);
    ended =
        DestroyedSockets.open(host.calls()) instanceof CallResult.Ok<DestroyedSockets>(var opened)
            ? Optional.of(opened)
            : Optional.empty();
  }

  /**
   * A descriptor that can be read when a socket has ended; empty where the kernel does not tell.
   */
  public OptionalInt descriptor() {
    return ended.isPresent() ? OptionalInt.of(ended.get().fd()) : OptionalInt.empty();
  }

  /** Takes what the kernel told; whether one of these ports may have been given up. */
  public boolean haveEnded(Set<Port> ports) {
    return ended
        .filter(one -> one.take(port -> port > 0 && ports.contains(new Port(port))))
        .isPresent();
  }

  /**
   * Looks, and tells whether anything is bound in another way than at the last look; also where
   * that could not be seen.
   */
  public boolean areThere() {
    OptionalLong now = digest.read();
    boolean alike = now.isPresent() && now.equals(last);
    last = now;
    return !alike;
  }

  @Override
  public void close() {
    ended.ifPresent(DestroyedSockets::close);
  }
}

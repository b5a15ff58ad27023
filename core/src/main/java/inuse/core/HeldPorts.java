package inuse.core;

import inuse.core.evidence.PortTarget;
import inuse.kernel.SystemCalls;
import java.util.List;

/**
 * TCP ports that this process keeps for servers to come, until they are closed or the process ends.
 *
 * <p>Each is a socket that is bound with SO_REUSEADDR and never listens. The kernel gives such a
 * port to no client (connect(2)) and to no bind(2) to port 0, and refuses it to a server without
 * that option. A server that sets it, as nearly all do, binds and listens there at once, beside it.
 *
 * <p>Another program that names the number and sets the option is not kept away. Where
 * net.ipv4.ip_autobind_reuse is 1, neither is a bind(2) to port 0 with the option, once all other
 * ephemeral ports are gone.
 *
 * <p>The descriptors are closed on exec(2): no program that is started inherits them.
 */
public final class HeldPorts implements AutoCloseable {
  private final SystemCalls calls;
  private final List<Socket> sockets;
  private boolean closed;

  /** One port with its descriptor. */
  record Socket(PortTarget target, int descriptor) {}

  HeldPorts(SystemCalls calls, List<Socket> sockets) {
    this.calls = calls;
    this.sockets = List.copyOf(sockets);
  }

  /** The ports, in the order in which they were asked for. */
  public List<PortTarget> targets() {
    return sockets.stream().map(Socket::target).toList();
  }

  /** Gives them up. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      sockets.forEach(one -> calls.close(one.descriptor()));
    }
  }
}

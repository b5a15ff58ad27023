package inuse.core.evidence;

import java.util.Optional;

/** An address that a server can bind: a port, or a unix socket's path or name. */
public sealed interface Target permits PortTarget, UnixTarget {
  /** A TCP port, as a server that binds every address. */
  static PortTarget tcp(int port) {
    return new PortTarget(Protocol.TCP, Optional.empty(), new Port(port));
  }

  /** A UDP port, as a server that binds every address. */
  static PortTarget udp(int port) {
    return new PortTarget(Protocol.UDP, Optional.empty(), new Port(port));
  }
}

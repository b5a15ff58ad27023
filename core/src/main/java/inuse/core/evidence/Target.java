package inuse.core.evidence;

import java.util.Optional;

/** An address that a server can bind: a port, or a place for a unix socket. */
public sealed interface Target permits PortTarget, UnixTarget {
  /** A TCP port, as a server that binds every address. */
  static PortTarget tcp(int port) {
    return new PortTarget(Protocol.TCP, Optional.empty(), new Port(port));
  }

  /** The same of UDP. */
  static PortTarget udp(int port) {
    return new PortTarget(Protocol.UDP, Optional.empty(), new Port(port));
  }
}

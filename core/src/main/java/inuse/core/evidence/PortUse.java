package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What the ports of one network namespace are used for, as far as it matters for the kernel's
 * settings.
 *
 * @param timeWait sockets in TIME_WAIT, and orphans in FIN_WAIT2, which the kernel counts with them
 * @param taken ports of the ephemeral range that at least one TCP socket has
 * @param busiest the destinations with most ports of the range, the busiest first
 * @param listeners servers whose port lies in the ephemeral range and was asked for by bind(2); a
 *     server that took the kernel's choice does not care which port it has
 * @param servers ports of all servers, in the range or not, that were asked for by bind(2)
 * @param gaps what could not be examined
 */
public record PortUse(
    int timeWait,
    int taken,
    List<Destination> busiest,
    List<Server> listeners,
    List<Port> servers,
    List<Gap> gaps) {
  public PortUse {
    busiest = List.copyOf(busiest);
    listeners = List.copyOf(listeners);
    servers = List.copyOf(servers);
    gaps = List.copyOf(gaps);
  }

  /**
   * The two addresses of connections, each of which needs a port of its own.
   *
   * @param ports of the ephemeral range that they use
   * @param timeWait how many of those are in TIME_WAIT
   */
  public record Destination(IpAddress local, Endpoint peer, int ports, int timeWait) {}

  /**
   * A server's socket.
   *
   * @param holder one of the processes that have it, if visible
   */
  public record Server(Protocol protocol, Endpoint local, Optional<Ancestor> holder) {}
}

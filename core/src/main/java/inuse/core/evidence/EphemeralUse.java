package inuse.core.evidence;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the ephemeral ports are used.
 *
 * @param reserved ports of the range that net.ipv4.ip_local_reserved_ports excludes
 * @param taken ports of the range that at least one socket has
 * @param sockets those sockets, by state
 * @param most the processes with the most sockets, the largest first
 * @param busiest the far end to which most of those sockets are connected
 */
public record EphemeralUse(
    int reserved,
    int taken,
    Map<SocketState, Integer> sockets,
    List<Share> most,
    Optional<Destination> busiest) {
  public EphemeralUse {
    // Not Map.copyOf: in the executable, a lookup in an empty copy divides by zero.
    sockets = Collections.unmodifiableMap(new TreeMap<>(sockets));
    most = List.copyOf(most);
  }

  /** A far end, and how many of the sockets are connected to it. */
  public record Destination(Endpoint peer, int count) {}

  /**
   * The share of one process.
   *
   * @param count of its sockets in the range
   */
  public record Share(Pid pid, int count) {}
}

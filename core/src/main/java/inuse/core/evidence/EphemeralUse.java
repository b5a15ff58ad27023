package inuse.core.evidence;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the ephemeral ports are used for.
 *
 * @param reserved ports of the range that net.ipv4.ip_local_reserved_ports keeps out of it
 * @param taken ports of the range that at least one socket has
 * @param sockets those sockets, by state
 * @param most the processes with the most of them, the greediest first
 */
public record EphemeralUse(
    int reserved, int taken, Map<SocketState, Integer> sockets, List<Share> most) {
  public EphemeralUse {
    // Not Map.copyOf: the executable divides by zero in looking something up in an empty copy.
    sockets = Collections.unmodifiableMap(new TreeMap<>(sockets));
    most = List.copyOf(most);
  }

  /**
   * One process's part.
   *
   * @param count of its sockets in the range
   */
  public record Share(Pid pid, int count) {}
}

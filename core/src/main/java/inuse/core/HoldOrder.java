package inuse.core;

import inuse.core.evidence.Port;
import inuse.core.evidence.PortSet;
import inuse.core.evidence.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The order in which free ports are tried, for a server that does not care which it gets.
 *
 * <p>First those that no program has been promised (RFC 6335, section 6: 49152 and above) and that
 * the kernel gives to no client; then the others that it gives to no client, from the last down,
 * where few servers live; and those of the ephemeral range and the reserved ones at the very end.
 */
final class HoldOrder {
  /** The first port that needs no privilege by default. */
  private static final int FIRST = 1024;

  /** The first of the Dynamic Ports. */
  private static final int FIRST_DYNAMIC = 49152;

  private HoldOrder() {}

  /**
   * All of them.
   *
   * @param ephemeral net.ipv4.ip_local_port_range
   * @param reserved net.ipv4.ip_local_reserved_ports: an administrator keeps them for certain
   *     servers
   * @param seed where the search begins: a number that was just given up may still have clients
   */
  static List<Port> of(Optional<Range> ephemeral, PortSet reserved, long seed) {
    IntPredicate spare =
        number -> {
          Port port = new Port(number);
          return ephemeral.filter(range -> range.contains(port)).isEmpty()
              && !reserved.contains(port);
        };
    List<Port> dynamic = new ArrayList<>();
    add(dynamic, FIRST_DYNAMIC, spare);
    List<Port> order = turned(dynamic, seed);
    List<Port> others = new ArrayList<>();
    add(others, FIRST, number -> number < FIRST_DYNAMIC && spare.test(number));
    order.addAll(others.reversed());
    List<Port> last = new ArrayList<>();
    add(last, FIRST, number -> !spare.test(number));
    order.addAll(last.reversed());
    return order;
  }

  private static void add(List<Port> ports, int first, IntPredicate those) {
    for (int number = first; number <= Port.MAX; number++) {
      if (those.test(number)) {
        ports.add(new Port(number));
      }
    }
  }

  /** The same, begun somewhere else. */
  private static List<Port> turned(List<Port> ports, long seed) {
    int start = ports.isEmpty() ? 0 : (int) Math.floorMod(seed, (long) ports.size());
    List<Port> turned = new ArrayList<>(ports.subList(start, ports.size()));
    turned.addAll(ports.subList(0, start));
    return turned;
  }
}

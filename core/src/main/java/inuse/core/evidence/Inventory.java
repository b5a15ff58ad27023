package inuse.core.evidence;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that was found bound, in one look.
 *
 * @param asker the user who asks
 * @param spaces the network namespaces that were looked at, our own first
 * @param holders the processes that have any of the sockets. One that forwards ports to several
 *     containers is there once for each, with those ports' sockets.
 * @param workplaces where the holders work, as far as it may be seen
 * @param here where whoever asks is
 * @param localhost the addresses of {@code localhost}, as of {@link HostNames}
 * @param otherNamespaces how many further network namespaces there are
 * @param gaps what could not be examined
 */
public record Inventory(
    Moment takenAt,
    Uid asker,
    List<Space> spaces,
    List<Holder> holders,
    Map<ProcessIdentity, Workplace> workplaces,
    Optional<Workplace> here,
    List<IpAddress> localhost,
    int otherNamespaces,
    List<Gap> gaps) {
  /** Maximum sockets that are kept of one namespace; the rest is only counted. */
  public static final int MAX_SOCKETS = 10_000;

  public Inventory {
    spaces = List.copyOf(spaces);
    holders = List.copyOf(holders);
    localhost = List.copyOf(localhost);
    gaps = List.copyOf(gaps);
  }

  /**
   * One network namespace, which has ports of its own.
   *
   * @param addresses what its interfaces have
   * @param ephemeral the ports from which the kernel chooses
   * @param unixSockets those that are bound to a name and are no connections
   * @param contexts of the ports of sockets without a visible process, and of those that a service
   *     manager holds: what else is known of them
   */
  public record Space(
      Namespace where,
      Bound bound,
      List<UnixSocket> unixSockets,
      Reading<List<LocalAddress>> addresses,
      Reading<Range> ephemeral,
      Map<PortTarget, Context> contexts) {
    public Space {
      unixSockets = List.copyOf(unixSockets);
    }
  }

  /**
   * The sockets that have a port. Each is in exactly one of these.
   *
   * @param sockets servers' sockets, what is bound and does not listen, and connections that hold a
   *     port outside the ephemeral range where nobody listens
   * @param remains of such connections, without a process: TIME_WAIT
   * @param traffic connections at ports where somebody listens
   * @param outgoing how many connections have a port of the ephemeral range that nobody listens on
   * @param uncounted sockets for which there was no room
   */
  public record Bound(
      List<BoundSocket> sockets,
      List<Remains> remains,
      List<Traffic> traffic,
      int outgoing,
      int uncounted) {
    /** Nothing is bound. */
    public static final Bound NONE = new Bound(List.of(), List.of(), List.of(), 0, 0);

    public Bound {
      sockets = List.copyOf(sockets);
      remains = List.copyOf(remains);
      traffic = List.copyOf(traffic);
    }

    /** How many sockets that are. */
    public int total() {
      int total = sockets.size() + outgoing + uncounted;
      total += remains.stream().mapToInt(Remains::count).sum();
      return total + traffic.stream().mapToInt(one -> one.open() + one.over()).sum();
    }
  }

  /**
   * What is left of connections from one address and port.
   *
   * @param last the one that stays longest
   */
  public record Remains(BoundSocket last, int count) {}

  /**
   * The connections at a local address where somebody listens.
   *
   * @param open those that are not over
   * @param over those of which only the kernel keeps something: TIME_WAIT
   */
  public record Traffic(Endpoint local, int open, int over) {}

  /** What is known of a port besides its sockets. */
  public record Context(HostContext host, SearchCoverage coverage) {
    /** Nothing else. */
    public static final Context NONE = new Context(HostContext.NONE, SearchCoverage.NOT_NEEDED);
  }
}

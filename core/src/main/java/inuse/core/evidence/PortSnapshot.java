package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * Everything that was seen about one target at one time.
 *
 * @param networkNamespace inode of the namespace's file
 * @param asker who asks, and would run the commands; not the newcomer's user where another was
 *     named
 * @param probes empty when none was wanted or could be made
 * @param sockets those with the port and the protocol, at most {@link #MOST_SOCKETS}
 * @param uncounted how many more there were
 * @param udpAlso UDP sockets on the same port where TCP was asked about
 * @param ephemeral who uses the ephemeral ports, where one was asked for and none could be had
 * @param gaps what could not be looked at
 * @param surroundings what decides about the port besides
 * @param looks how often probe and table were taken until they agreed
 * @param elsewhere what other network namespaces have to do with it
 * @param search how far the search for holders could see
 */
public record Snapshot(
    Target target,
    Newcomer newcomer,
    Uid asker,
    Moment takenAt,
    Reading<Long> networkNamespace,
    List<Probe> probes,
    List<BoundSocket> sockets,
    int uncounted,
    List<BoundSocket> udpAlso,
    List<Holder> holders,
    List<Client> clients,
    Settings settings,
    Optional<EphemeralUse> ephemeral,
    List<Gap> gaps,
    Surroundings surroundings,
    int looks,
    Elsewhere elsewhere,
    Search search)
    implements Seen {

  /** Sockets that are kept of one dump; of the rest only the number. */
  public static final int MOST_SOCKETS = 2000;

  public Snapshot {
    probes = List.copyOf(probes);
    sockets = List.copyOf(sockets);
    udpAlso = List.copyOf(udpAlso);
    holders = List.copyOf(holders);
    clients = List.copyOf(clients);
    gaps = List.copyOf(gaps);
  }

  /** The same table between other binds. */
  public Snapshot withProbes(List<Probe> later) {
    return new Snapshot(
        target,
        newcomer,
        asker,
        takenAt,
        networkNamespace,
        later,
        sockets,
        uncounted,
        udpAlso,
        holders,
        clients,
        settings,
        ephemeral,
        gaps,
        surroundings,
        looks,
        elsewhere,
        search);
  }

  /** The same, with what was seen in other namespaces. */
  public Snapshot with(Elsewhere seen, List<Gap> allGaps) {
    return new Snapshot(
        target,
        newcomer,
        asker,
        takenAt,
        networkNamespace,
        probes,
        sockets,
        uncounted,
        udpAlso,
        holders,
        clients,
        settings,
        ephemeral,
        allGaps,
        surroundings,
        looks,
        seen,
        search);
  }

  /** The processes that have that socket open, by pid. */
  public List<Holder> holdersOf(BoundSocket socket) {
    return holders.stream().filter(holder -> holder.holds(socket)).toList();
  }
}

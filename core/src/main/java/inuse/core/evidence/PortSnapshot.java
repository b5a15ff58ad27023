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
 * @param sockets those with the port and the protocol, at most {@link #MAX_SOCKETS}
 * @param uncounted how many more there were
 * @param udpAlso UDP sockets on the same port where TCP was asked about
 * @param ephemeral who uses the ephemeral ports, where one was asked for and none could be had
 * @param gaps what could not be looked at
 * @param hostContext what decides about the port besides
 * @param looks how often probe and table were taken until they agreed
 * @param namespaceContext what other network namespaces have to do with it
 * @param coverage how far the search for holders could see
 */
public record PortSnapshot(
    PortTarget target,
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
    BindSettings settings,
    Optional<EphemeralUse> ephemeral,
    List<Gap> gaps,
    HostContext hostContext,
    int looks,
    NamespaceContext namespaceContext,
    SearchCoverage coverage)
    implements Snapshot {

  /** Sockets that are kept of one dump; of the rest only the number. */
  public static final int MAX_SOCKETS = 2000;

  public PortSnapshot {
    probes = List.copyOf(probes);
    sockets = List.copyOf(sockets);
    udpAlso = List.copyOf(udpAlso);
    holders = List.copyOf(holders);
    clients = List.copyOf(clients);
    gaps = List.copyOf(gaps);
  }

  /** The same table between other binds. */
  public PortSnapshot withProbes(List<Probe> later) {
    return new PortSnapshot(
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
        hostContext,
        looks,
        namespaceContext,
        coverage);
  }

  /** The same, with what was seen in other namespaces. */
  public PortSnapshot with(NamespaceContext seen, List<Gap> allGaps) {
    return new PortSnapshot(
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
        hostContext,
        looks,
        seen,
        coverage);
  }

  /** The processes that have that socket open, by pid. */
  public List<Holder> holdersOf(BoundSocket socket) {
    return holders.stream().filter(holder -> holder.holds(socket)).toList();
  }
}

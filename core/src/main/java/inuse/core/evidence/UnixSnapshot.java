package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * Everything that was seen about one place for a unix socket at one time.
 *
 * @param file what is at the path; empty for an abstract name
 * @param probed whether the kernel might be asked by real binds
 * @param probes empty when none was wanted, could be made, or the path is free
 * @param sockets those that have the path or the name, of this network namespace
 * @param connections sockets that a former or present listener there accepted, which hold nothing
 * @param looks how often probe and table were taken until they agreed
 */
public record UnixSnapshot(
    UnixTarget target,
    Newcomer newcomer,
    Moment takenAt,
    Reading<Long> networkNamespace,
    Optional<PathState> file,
    boolean probed,
    List<UnixProbe> probes,
    List<UnixSocket> sockets,
    int connections,
    List<Holder> holders,
    List<Gap> gaps,
    int looks)
    implements Snapshot {

  public UnixSnapshot {
    probes = List.copyOf(probes);
    sockets = List.copyOf(sockets);
    holders = List.copyOf(holders);
    gaps = List.copyOf(gaps);
  }
}

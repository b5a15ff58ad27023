package inuse.core.evidence;

import java.util.List;
import java.util.Optional;

/**
 * Everything that was observed about one path or name for a unix socket at one time.
 *
 * @param file what is at the path; empty for an abstract name
 * @param probed whether probing by real binds was permitted
 * @param probes empty when none was wanted, could be made, or the path is free
 * @param sockets those that have the path or the name, in this network namespace
 * @param connections number of sockets that a listener there accepted, which do not hold it
 * @param looks how many looks it took until probe and table agreed
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

  @Override
  public Uid asker() {
    return newcomer.uid();
  }
}

package inuse.core.events;

import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of the segments.
 *
 * @param targets none for every port
 * @param from the first moment that counts
 * @param to the first that does not count any more
 * @param onlyRefused whether to leave out who had a port
 * @param program of the holder, or of the one that was refused
 * @param unit of one of those; {@code .service} may be left out
 */
public record HistoryQuery(
    List<PortTarget> targets,
    Moment from,
    Moment to,
    boolean onlyRefused,
    Optional<Untrusted> program,
    Optional<Untrusted> unit) {
  /** All that was recorded. */
  public static final HistoryQuery ALL =
      new HistoryQuery(
          List.of(),
          new Moment(Long.MIN_VALUE),
          new Moment(Long.MAX_VALUE),
          false,
          Optional.empty(),
          Optional.empty());

  public HistoryQuery {
    targets = List.copyOf(targets);
  }

  /** All that was recorded of one port. */
  public static HistoryQuery about(PortTarget target) {
    return new HistoryQuery(
        List.of(target), ALL.from, ALL.to, false, Optional.empty(), Optional.empty());
  }

  /** Whether that place is asked about; a socket for every address is at each. */
  public boolean covers(Place place) {
    return targets.isEmpty() || targets.stream().anyMatch(target -> isAt(target, place));
  }

  private static boolean isAt(PortTarget target, Place place) {
    IpAddress bound = place.address().unmapped();
    return target.port().equals(place.port())
        && target.protocol() == place.protocol()
        && target
            .address()
            .filter(wanted ->
                !wanted.isWildcard() && !bound.isWildcard() && !wanted.unmapped().equals(bound))
            .isEmpty();
  }

  /** Whether a line may be about those ports, told without understanding it. */
  boolean mayConcern(String line) {
    int at = targets.isEmpty() ? -1 : line.indexOf("\"port\"");
    if (at < 0) {
      return true;
    }
    at += "\"port\"".length();
    while (at < line.length() && (line.charAt(at) == ':' || line.charAt(at) == ' ')) {
      at++;
    }
    int port = 0;
    while (at < line.length()
        && line.charAt(at) >= '0'
        && line.charAt(at) <= '9'
        && port < 65_536) {
      port = port * 10 + line.charAt(at) - '0';
      at++;
    }
    int found = port;
    return targets.stream().anyMatch(target -> target.port().number() == found);
  }

  /** Whether a time from one moment to another is asked about, at least in part. */
  boolean overlaps(Moment begin, Moment end) {
    return begin.epochMillis() < to.epochMillis() && end.epochMillis() >= from.epochMillis();
  }

  boolean isWanted(Optional<RecordedProcess> process) {
    return isNamed(program, process.map(RecordedProcess::program))
        && (isNamed(unit, process.flatMap(RecordedProcess::unit))
            || isNamed(
                unit.map(name -> new Untrusted(name.bytes() + ".service")),
                process.flatMap(RecordedProcess::unit)));
  }

  private static boolean isNamed(Optional<Untrusted> wanted, Optional<Untrusted> name) {
    return wanted.isEmpty() || wanted.equals(name);
  }
}

package inuse.render;

import inuse.core.events.Event;
import inuse.core.events.HistoryEntry;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.List;
import java.util.Optional;

/** Entries of a night. */
final class HistoryExamples {
  /** 2026-11-29, 02:12:04 in UTC. */
  private static final long NIGHT = 1_795_918_324_000L;

  static final Place PLACE =
      new Place(Protocol.TCP, IpAddress.ANY_V4, new Port(8080), Optional.empty());

  static final RecordedProcess NGINX =
      process(812, "nginx", Optional.of("nginx.service"), Optional.of("/"));

  static final RecordedProcess JAVA =
      process(4711, "java", Optional.empty(), Optional.of("/srv/\u001b[31mshop"));

  private HistoryExamples() {}

  static Stamp at(long second) {
    return new Stamp(new Moment(NIGHT + second * 1000), second * 1_000_000_000);
  }

  static List<HistoryEntry> night() {
    Place elsewhere =
        new Place(Protocol.UDP, IpAddress.LOOPBACK_V6, new Port(53), Optional.of(4_026_532_008L));
    return List.of(
        held(true, at(0), HistoryEntry.End.RELEASED, at(171), true),
        new HistoryEntry.Refused(
            at(60),
            PLACE,
            Optional.of(JAVA),
            List.of("other-service"),
            List.of(NGINX),
            Optional.of("inuse free 8080"),
            3),
        new HistoryEntry.Refused(
            at(61), elsewhere, Optional.empty(), List.of(), List.of(), Optional.empty(), 1),
        new HistoryEntry.Missing(
            at(100).time(), at(160).time(), Optional.empty(), Optional.empty()),
        new HistoryEntry.Missing(
            at(170).time(), at(171).time(), Optional.of(Event.Loss.LOST), Optional.of(17L)),
        held(false, at(180), HistoryEntry.End.UNSEEN, at(190), false),
        held(false, at(200), HistoryEntry.End.STILL, at(90_000), true));
  }

  private static HistoryEntry held(
      boolean earlier, Stamp from, HistoryEntry.End end, Stamp to, boolean listening) {
    return new HistoryEntry.Held(PLACE, Optional.of(NGINX), listening, from, earlier, to, end);
  }

  static RecordedProcess process(
      int pid, String program, Optional<String> unit, Optional<String> directory) {
    return new RecordedProcess(
        pid,
        new ProcessIdentity(new Pid(pid), 99),
        new Untrusted(program),
        Optional.of(new Uid(33)),
        unit.map(Untrusted::new),
        Optional.empty(),
        directory.map(Untrusted::new),
        List.of());
  }
}

package inuse.record;

import inuse.core.events.Event;
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

/** Events of two processes: number 1 is nginx, number 2 has a name that means harm. */
final class Planted {
  static final Stamp STAMP = new Stamp(new Moment(1_795_921_924_123L), 123_456_789_012_345L);
  static final String HOSTILE = "a|b\nINUSE_PORT=1\n\"}`<b>\\";

  static final Place PLACE =
      new Place(Protocol.TCP, IpAddress.LOOPBACK_V4, new Port(8080), Optional.empty());

  private Planted() {}

  static Optional<RecordedProcess> process(int number) {
    return Optional.of(
        new RecordedProcess(
            number,
            new ProcessIdentity(new Pid(100 + number), 7),
            new Untrusted(number == 1 ? "nginx" : HOSTILE),
            Optional.of(new Uid(33)),
            number == 1 ? Optional.of(new Untrusted("nginx.service")) : Optional.empty(),
            Optional.empty(),
            Optional.of(new Untrusted("/srv/" + number)),
            List.of()));
  }

  static Event.Socket socket(Event.Change change, int process) {
    return new Event.Socket(STAMP, change, false, 4711, Optional.of(process), PLACE);
  }

  static Event.Refused refused(int process, int holder, int count) {
    return new Event.Refused(
        STAMP,
        Optional.of(process),
        PLACE,
        List.of("listener"),
        List.of(holder),
        Optional.of("inuse free 8080"),
        count);
  }
}

package inuse.serve;

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
import inuse.render.EventJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Segments as a recorder writes them, a second an event. */
final class Recording {
  static final long SECOND = 1_000_000_000;

  private final Path directory;
  private final long begun;
  private final List<Event> events = new ArrayList<>();
  private Path segment;
  private long second;
  private int segments;

  /** Of a boot that began at that time. */
  Recording(Path directory, long begun) {
    this.directory = directory;
    this.begun = begun;
    segment = directory;
  }

  /** The time of the last event, in milliseconds. */
  long now() {
    return begun + second * 1000;
  }

  private Stamp next() {
    second++;
    return new Stamp(new Moment(now()), second * SECOND);
  }

  List<Event> events() {
    return events;
  }

  private void write(Event event) throws IOException {
    events.add(event);
    Files.writeString(
        segment,
        EventJson.line(event),
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  Path segment() {
    return segment;
  }

  void starts(String boot, boolean rotated) throws IOException {
    segment = directory.resolve(boot + "-" + segments++ + ".jsonl");
    write(new Event.Start(next(), boot, 1, "0.1.0", rotated, Event.Source.BPF));
  }

  void named(int number, String program) throws IOException {
    named(number, new Untrusted(program));
  }

  void named(int number, Untrusted program) throws IOException {
    write(
        new Event.Named(
            next(),
            new RecordedProcess(
                number,
                new ProcessIdentity(new Pid(1000 + number), number),
                program,
                Optional.of(new Uid(33)),
                Optional.of(new Untrusted("unit" + number + ".service")),
                Optional.empty(),
                Optional.empty(),
                List.of(new Untrusted("--password=secret")))));
  }

  void socket(Event.Change change, boolean already, long cookie, int process, int port)
      throws IOException {
    write(new Event.Socket(next(), change, already, cookie, Optional.of(process), place(port)));
  }

  void refused(int process, int holder, int port, String... causes) throws IOException {
    write(
        new Event.Refused(
            next(),
            Optional.of(process),
            place(port),
            List.of(causes),
            List.of(holder),
            Optional.of("inuse free " + port),
            1));
  }

  void gap(Event.Loss loss) throws IOException {
    write(new Event.Gap(next(), loss, Optional.of(7L), Optional.empty()));
  }

  private static Place place(int port) {
    return new Place(Protocol.TCP, IpAddress.ANY_V4, new Port(port), Optional.empty());
  }
}

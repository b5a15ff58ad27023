package inuse.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.events.EventReader;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Stamp;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Pid;
import inuse.core.evidence.Port;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.Protocol;
import inuse.core.evidence.Untrusted;
import inuse.core.io.Host;
import inuse.jvm.ForeignSystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million events in segments on a real file system: the cap holds, and they are in order. */
@Tag("long")
final class MillionEventsTest {
  private static final int EVENTS = 1_000_000;
  private static final int LOOKS = 200;

  /** Some twenty times less than the events take. */
  private static final long KEPT = 8 << 20;

  private static final Place PLACE =
      new Place(Protocol.TCP, IpAddress.LOOPBACK_V4, new Port(8080), Optional.empty());

  @TempDir private Path directory;
  private long nanos = 1_000_000_000L;

  /** A hundred sockets are bound all the time. */
  private final class Planted implements SegmentWriter.Beginning {
    @Override
    public Event.Start start(boolean rotated) {
      return new Event.Start(now(), "boot", 1, "0", rotated, Event.Source.BPF);
    }

    @Override
    public void held(Consumer<Event> each) {
      for (long cookie = 1; cookie <= 100; cookie++) {
        each.accept(socket(Event.Change.LISTENING, true, cookie));
      }
    }

    @Override
    public Optional<RecordedProcess> process(int number) {
      return MillionEventsTest.process(number);
    }

    @Override
    public Stamp now() {
      return MillionEventsTest.this.now();
    }
  }

  private Stamp now() {
    return new Stamp(new Moment(1_795_921_924_000L + nanos / 1_000_000), nanos);
  }

  private Event.Socket socket(Event.Change change, boolean already, long cookie) {
    return new Event.Socket(
        now(), change, already, cookie, Optional.of((int) (cookie % 50) + 1), PLACE);
  }

  private static Optional<RecordedProcess> process(int number) {
    return Optional.of(
        new RecordedProcess(
            number,
            new ProcessIdentity(new Pid(100 + number), 7),
            new Untrusted("server"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Untrusted("/srv/" + number)),
            List.of()));
  }

  private List<Path> segments() throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  private long size() throws IOException {
    long sum = 0;
    for (Path segment : segments()) {
      sum += Files.size(segment);
    }
    return sum;
  }

  @Test
  void theCapHoldsAndWhatIsKeptIsTheNewestInOrder() throws IOException {
    List<String> complaints = new ArrayList<>();
    SegmentWriter writer =
        new SegmentWriter(
            Host.of(new ForeignSystemCalls()),
            new SegmentOptions(directory.toString(), KEPT, Duration.ofDays(1)),
            new Planted(),
            complaints::add);
    assertThat(writer.begin()).isEmpty();
    long most = 0;
    for (int i = 1; i <= EVENTS; i++) {
      nanos += 2_000_000;
      Event.Change change = i % 2 == 0 ? Event.Change.RELEASED : Event.Change.BOUND;
      writer.take(socket(change, false, 1_000L + i / 2), MillionEventsTest::process);
      if (i % (EVENTS / LOOKS) == 0) {
        most = Math.max(most, size());
      }
    }
    writer.flush();
    writer.close();

    assertThat(complaints).isEmpty();
    assertThat(most).isBetween(KEPT / 2, KEPT);
    long last = 0;
    long events = 0;
    for (Path segment : segments()) {
      List<String> lines = Files.readAllLines(segment, ISO_8859_1);
      assertThat(EventReader.read(lines.getFirst()).orElseThrow()).isInstanceOf(Event.Start.class);
      for (String line : lines) {
        Event event = EventReader.read(line).orElseThrow();
        assertThat(event.stamp().nanos()).isGreaterThanOrEqualTo(last);
        last = event.stamp().nanos();
        events++;
      }
    }
    assertThat(last).isEqualTo(nanos);
    assertThat(size() / events).isLessThan(200);
  }
}

package inuse.render;

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
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Events as lines, and the lines as events. */
final class EventJsonTest {
  private static final Stamp STAMP =
      new Stamp(new Moment(1_795_921_924_123L), 123_456_789_012_345L);
  private static final Place PLACE =
      new Place(Protocol.TCP, IpAddress.LOOPBACK_V4, new Port(8080), Optional.empty());

  private static final Event.Socket BOUND =
      new Event.Socket(STAMP, Event.Change.BOUND, false, 4711, Optional.of(12), PLACE);

  static List<Event> events() {
    Place elsewhere =
        new Place(Protocol.UDP, IpAddress.ANY_V6, new Port(53), Optional.of(4_026_532_008L));
    return List.of(
        new Event.Start(STAMP, "b-o-o-t", 4_026_531_840L, "0.1.0", false, Event.Source.BPF),
        new Event.Start(STAMP, "b-o-o-t", 4_026_531_840L, "0.1.0", true, Event.Source.POLLING),
        named("nginx"),
        new Event.Named(
            STAMP,
            new RecordedProcess(
                2,
                new ProcessIdentity(new Pid(812), 99),
                new Untrusted("a b"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(new Untrusted("a"), new Untrusted("")))),
        BOUND,
        new Event.Socket(STAMP, Event.Change.LISTENING, true, 1, Optional.empty(), elsewhere),
        new Event.Socket(
            STAMP, Event.Change.RELEASED, false, Long.MAX_VALUE, Optional.of(0), elsewhere),
        new Event.Refused(
            STAMP,
            Optional.of(3),
            PLACE,
            List.of("other-service", "time-wait"),
            List.of(12, 13),
            Optional.of("inuse free 8080"),
            7),
        new Event.Refused(
            STAMP, Optional.empty(), PLACE, List.of(), List.of(), Optional.empty(), 1),
        new Event.Gap(
            STAMP, Event.Loss.LOST, Optional.of(17L), Optional.of(new Moment(1_795_921_000_000L))),
        new Event.Gap(STAMP, Event.Loss.CLOCK, Optional.empty(), Optional.empty()),
        new Event.End(STAMP));
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatIsWrittenIsReadTheSame(Event event) {
    assertThat(EventReader.read(line(event))).contains(event);
  }

  @Test
  void aBindTakesFewerThanTwoHundredBytes() {
    assertThat(EventJson.line(BOUND))
        .isEqualTo(
            "{\"event\": \"bound\",\"time\": \"2026-11-29T03:12:04.123Z\",\"ns\": 123456789012345,"
                + "\"cookie\": 4711,\"process\": 12,\"protocol\": \"tcp\","
                + "\"address\": \"127.0.0.1\",\"port\": 8080}\n")
        .hasSizeLessThan(200);
  }

  @Test
  void aNameThatLooksLikeALineStaysAName() {
    Event named = named("x\"}\n{\"event\":\"end\",\"time\":\"2026-11-29T03:12:04Z\",\"ns\":1}");

    assertThat(EventJson.line(named).lines()).hasSize(1);
    assertThat(EventReader.read(line(named))).contains(named);
  }

  @Test
  void anUnknownMemberIsPassedOverAndAnUnknownEventIsNone() {
    String line = line(BOUND);

    assertThat(EventReader.read(line.replace("\"cookie\"", "\"more\": [{}],\"cookie\"")))
        .contains(BOUND);
    assertThat(EventReader.read(line.replace("\"bound\"", "\"later\""))).isEmpty();
  }

  @Test
  void aTornLineIsNone() {
    String line = line(BOUND).stripTrailing();

    for (int length = 0; length < line.length(); length++) {
      assertThat(EventReader.read(line.substring(0, length))).isEmpty();
    }
  }

  private static Event named(String program) {
    return new Event.Named(
        STAMP,
        new RecordedProcess(
            12,
            new ProcessIdentity(new Pid(812), 4711),
            new Untrusted(program),
            Optional.of(new Uid(33)),
            Optional.of(new Untrusted("nginx.service")),
            Optional.of(new Untrusted("web")),
            Optional.of(new Untrusted("/srv/app")),
            List.of()));
  }

  /** As it is read from a file: one char a byte. */
  private static String line(Event event) {
    return new String(
        EventJson.line(event).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}

package inuse.serve.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.core.events.HistoryQuery;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions, as they are sent and as they are read. */
final class FleetQuestionTest {
  private static final PortTarget PORT =
      new PortTarget(Protocol.UDP, IpAddress.parse("::1"), new Port(53));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aQuestionIsReadAsItWasAsked() {
    FleetQuestion present =
        new FleetQuestion("a1", new Moment(5), new FleetQuestion.Present(List.of(PORT)));
    FleetQuestion past =
        new FleetQuestion(
            "B2",
            new Moment(7),
            new FleetQuestion.Past(List.of(PORT), HistoryQuery.ALL.from(), new Moment(9), true));
    for (FleetQuestion one : List.of(present, past)) {
      assertThat(FleetQuestion.read(bytes(one.json()))).contains(one);
    }
  }

  /** Each would be something else in a command line, in a subject, or in memory. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "free 8080",
        "{}",
        "{'schema': 'inuse.fleet.question/2', 'id': 'a', 'now': 1, 'present': []}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'present': []}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'present': ['8080']}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a.>', 'now': 1, 'present':"
            + " [{'protocol': 'tcp', 'address': '', 'port': 80}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'present':"
            + " [{'protocol': 'free', 'address': '', 'port': 80}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'present':"
            + " [{'protocol': 'tcp', 'address': '--yes', 'port': 80}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'present':"
            + " [{'protocol': 'tcp', 'address': '', 'port': '--yes'}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'present':"
            + " [{'protocol': 'tcp', 'address': '', 'port': 65536}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 'x', 'present':"
            + " [{'protocol': 'tcp', 'address': '', 'port': 80}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1e99, 'present':"
            + " [{'protocol': 'tcp', 'address': '', 'port': 80}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'free':"
            + " [{'protocol': 'tcp', 'address': '', 'port': 80}]}",
        "{'schema': 'inuse.fleet.question/1', 'id': 'a', 'now': 1, 'past': [], 'from': '--yes',"
            + " 'to': ''}",
      })
  void whatIsNotAQuestionIsNotAnswered(String text) {
    assertThat(FleetQuestion.read(bytes(text.replace('\'', '"')))).isEmpty();
  }

  @Test
  void aQuestionHasABound() {
    assertThatThrownBy(() ->
            new FleetQuestion.Present(Collections.nCopies(FleetQuestion.MOST_TARGETS + 1, PORT)))
        .hasMessageContaining("1 to 64 ports");
    String json =
        new FleetQuestion("a1", new Moment(5), new FleetQuestion.Present(List.of(PORT))).json();
    assertThat(FleetQuestion.read(bytes(json + " ".repeat(FleetQuestion.MOST_BYTES)))).isEmpty();
    assertThat(FleetQuestion.read(bytes(json + " "))).isPresent();
  }

  @Test
  void aNameOfAHostIsOneTokenOfASubject() {
    for (String wrong : List.of("", "a.b", "*", ">", "all", "a b", "a\n", "ä", "a".repeat(64))) {
      assertThat(HostName.of(wrong)).as(wrong).isEmpty();
    }
    assertThat(HostName.of("Web_1-a")).contains(new HostName("Web_1-a"));
    assertThat(Optional.of(HostName.own())).isPresent();
  }
}

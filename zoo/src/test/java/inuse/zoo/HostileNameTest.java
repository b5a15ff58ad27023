package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Process names and arguments that attack terminals and parsers. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class HostileNameTest extends Scenarios {
  HostileNameTest(Way way) {
    super(way);
  }

  /**
   * {@code ask} asserts for every answer that the text is fit for a terminal and that the JSON
   * parses.
   */
  @Test
  void aHostileNameNeitherReachesTheTerminalNorBreaksTheJson() {
    Running server = lab.hold("hostile", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(server);
    assertThat(diagnosis.cause("listener").holders().getFirst().get("command").getAsString())
        .contains("[31m");
    assertThat(diagnosis.cause("listener").holders().getFirst().get("args").toString())
        .contains("owned")
        .contains("rtl");
  }

  @Test
  void aHostileClientDoesNotReachTheTerminalThroughANote() {
    lab.listener(8080);
    lab.hold("hostile", "socket c tcp4", "connect c 127.0.0.1 8080");

    lab.ask("8080").says(BLOCKED).because("listener").notes("client");
  }

  @Test
  void aHostileNeighbourOnUdpDoesNotReachTheTerminalThroughANote() {
    lab.hold("hostile", "socket u udp4", "bind u 0.0.0.0 8080");

    lab.ask("8080").says(FREE).notes("udp-also-held");
  }
}

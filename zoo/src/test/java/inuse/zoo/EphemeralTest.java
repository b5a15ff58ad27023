package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Port 0: whether the kernel has any port to give. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class EphemeralTest extends Scenarios {
  EphemeralTest(Way way) {
    super(way);
  }

  @Test
  void thereIsAPortForWhoeverAsksForAny() {
    lab.ask("0").says(FREE).becauseNothing();
    lab.ask("udp/127.0.0.1:0").says(FREE).becauseNothing();
  }

  @Test
  void anExhaustedRangeNamesItsUsersAndAWiderOneHelps() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8000 8003");
    Running greedy =
        lab.hold(
            "socket a tcp4",
            "bind a 0.0.0.0 8000",
            "listen a",
            "socket b tcp4",
            "bind b 0.0.0.0 8001",
            "socket c tcp4",
            "bind c 0.0.0.0 8002",
            "socket d tcp6",
            "bind d :: 8003");

    DiagnosisAssert diagnosis =
        lab.ask("0").says(BLOCKED).because("ephemeral-exhausted").heldBy(greedy);
    assertThat(diagnosis.cause("ephemeral-exhausted").json().get("summary").getAsString())
        .contains("4 ephemeral ports (8000-8003) 4 are taken")
        .contains("with 4 sockets");
    diagnosis.firstRemedyGivesItBack();
  }

  /** What stands first is for a client, and it helps a client. */
  @Test
  void aClientThatDoesNotBindBeforeItConnectsGetsAPortAllTheSame() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8000 8003");
    Running greedy =
        lab.hold(
            "socket l tcp4",
            "bind l 127.0.0.1 9000",
            "listen l",
            "socket m tcp4",
            "bind m 127.0.0.1 9001",
            "listen m",
            "socket a tcp4",
            "connect a 127.0.0.1 9000",
            "socket b tcp4",
            "connect b 127.0.0.1 9000",
            "socket c tcp4",
            "connect c 127.0.0.1 9000",
            "socket d tcp4",
            "connect d 127.0.0.1 9000");

    CauseAssert cause =
        lab.ask("127.0.0.1:0")
            .says(BLOCKED)
            .because("ephemeral-exhausted")
            .heldBy(greedy)
            .cause("ephemeral-exhausted");
    assertThat(cause.remedies().getFirst().get("id").getAsString()).isEqualTo("bind-no-port");

    Running client = lab.hold("socket c tcp4", "connect c 127.0.0.1 9001", "port c");
    assertThat(client.awaitPort()).isBetween(8000, 8003);
  }

  @Test
  void reservedPortsAreNotGivenAway() {
    lab.sysctl("net/ipv4/ip_local_port_range", "8000 8003");
    lab.sysctl("net/ipv4/ip_local_reserved_ports", "80,8000-8002,8003");

    DiagnosisAssert diagnosis =
        lab.ask("udp/0").says(BLOCKED).because("ephemeral-exhausted").heldByNobody();
    diagnosis.cause("ephemeral-exhausted").hasNoRemedy("bind-no-port");
    assertThat(diagnosis.cause("ephemeral-exhausted").json().get("summary").getAsString())
        .contains("0 are taken and 4 reserved");
    diagnosis.firstRemedyGivesItBack();
  }
}

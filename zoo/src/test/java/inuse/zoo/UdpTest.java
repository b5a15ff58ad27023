package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** UDP has ports of its own. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class UdpTest extends Scenarios {
  UdpTest(Way way) {
    super(way);
  }

  @Test
  void aBoundUdpSocketBlocks() {
    Running server = lab.hold("socket u udp4", "bind u 0.0.0.0 5353");

    DiagnosisAssert diagnosis =
        lab.ask("udp/5353").says(BLOCKED).because("udp-socket").heldBy(server);
    diagnosis
        .cause("udp-socket")
        .severity("critical")
        .socketsHave("protocol", "udp")
        .socketsHave("local", "0.0.0.0:5353");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aUdpSocketWithReuseaddrStaysCriticalBecauseTheLastBinderGetsTheDatagrams() {
    Running server = lab.hold("socket u udp4", "set u reuseaddr", "bind u 0.0.0.0 5353");

    DiagnosisAssert diagnosis =
        lab.ask("udp/5353").says(FREE_WITH_REUSEADDR).because("udp-socket").heldBy(server);
    diagnosis.cause("udp-socket").severity("critical").hasNoRemedy("use-reuseaddr");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void tcpIsFreeOnAPortThatOnlyUdpHoldsAndThatIsNoted() {
    lab.hold("socket u udp4", "bind u 0.0.0.0 5353");

    lab.ask("5353").says(FREE).becauseNothing().notes("udp-also-held");
    lab.ask("tcp/5353").says(FREE).becauseNothing();
  }

  @Test
  void udpIsFreeOnAPortThatOnlyTcpHolds() {
    lab.listener(5353);

    lab.ask("udp/5353").says(FREE).becauseNothing();
  }
}

package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where something is missing, the executable answers all the same, and names what is missing. */
final class DegradedSurroundingsTest extends Scenarios {
  DegradedSurroundingsTest() {
    super(Way.EXECUTABLE);
  }

  @Test
  void withNothingInProcTheVerdictIsRightAndTheSocketIsNamedWithoutItsHolder() {
    lab.listener(8080);

    DiagnosisAssert diagnosis =
        lab.question("8080")
            .withEmptyProc()
            .ask()
            .says(BLOCKED)
            .because("hidden-holder")
            .heldByNobody();
    diagnosis
        .cause("hidden-holder")
        .socketsHave("uid", Programs.OWN_UID)
        .socketsHave("local", "0.0.0.0:8080");
    diagnosis.didNotLookAt("/proc");
  }

  @Test
  void withNothingInProcAFreePortIsFree() {
    lab.question("8080").withEmptyProc().ask().says(FREE).becauseNothing();
  }

  @ParameterizedTest
  @CsvSource({"EPERM, denied", "EAFNOSUPPORT, unsupported"})
  void withoutNetlinkTheListenerIsFoundInProcNetAndWhatThatCannotShowIsSaid(
      String errno, String why) {
    Running server = lab.listener(8080);

    DiagnosisAssert diagnosis =
        lab.question("8080")
            .withoutFamily("netlink", errno)
            .ask()
            .says(BLOCKED)
            .because("listener")
            .heldBy(server);
    diagnosis.didNotLookAt("sock_diag", why).didNotLookAt("bound without listening", why);
  }

  @Test
  void withoutNetlinkADualStackListenerIsFoundForAnIpv4Address() {
    Running server = lab.listener("::", 8080);

    lab.question("127.0.0.1:8080")
        .withoutFamily("netlink", "EPERM")
        .ask()
        .says(BLOCKED)
        .because("listener")
        .heldBy(server);
  }

  @Test
  void withoutNetlinkTimeWaitIsFoundInProcNet() {
    lab.leaveTimeWait("set s reuseaddr");

    lab.question("8080")
        .withoutFamily("netlink", "EPERM")
        .ask()
        .says(FREE_WITH_REUSEADDR)
        .because("time-wait")
        .heldByNobody();
  }

  @Test
  void withoutNetlinkASocketThatIsBoundOnlyIsFoundByAskingItself() {
    Running server = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080");

    lab.question("8080")
        .withoutFamily("netlink", "EPERM")
        .ask()
        .says(BLOCKED)
        .because("bound-not-listening")
        .heldBy(server);
  }

  @Test
  void withoutNetlinkAUdpSocketIsFoundInProcNet() {
    Running server = lab.hold("socket u udp4", "bind u 0.0.0.0 5353");

    lab.question("udp/5353")
        .withoutFamily("netlink", "EPERM")
        .ask()
        .says(BLOCKED)
        .because("udp-socket")
        .heldBy(server);
  }

  @Test
  void withNeitherNetlinkNorProcTheVerdictIsStillRight() {
    lab.listener(8080);

    DiagnosisAssert diagnosis =
        lab.question("8080")
            .withEmptyProc()
            .withoutFamily("netlink", "EPERM")
            .ask()
            .says(BLOCKED)
            .because("unexplained");
    diagnosis.didNotLookAt("/proc");
  }

  @Test
  void processesThatVanishMeanwhileAreNoErrorAndNoGap() {
    Running server = lab.listener(8080);
    lab.startOwn(Programs.CHURN).awaitReady();

    for (int i = 0; i < 20; i++) {
      lab.ask("8080")
          .says(BLOCKED)
          .because("listener")
          .heldBy(server)
          .overlooksOnlyDeniedProcesses();
    }
  }

  @Test
  void aHolderThatComesAndGoesIsNeverAFailure() {
    Running blinker = lab.startOwn(Programs.BLINK);
    blinker.awaitReady();

    for (int i = 0; i < 20; i++) {
      assertThat(lab.question("8080").whileSocketsComeAndGo().answer().diagnoses()).hasSize(1);
    }
  }
}

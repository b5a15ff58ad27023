package inuse.zoo;

import static inuse.zoo.Lab.NOBODY;
import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets without any process to be seen: the kernel's own, and those of hidden processes. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class OutOfSightTest extends Scenarios {
  OutOfSightTest(Way way) {
    super(way);
  }

  private static final int SOMEBODY = 12345;

  @BeforeEach
  void rootIsNeeded() {
    Lab.requireRoot("devices, two users and PID namespaces are needed");
  }

  private void device(String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = Lab.requireProgram("ip");
    command[1] = "link";
    command[2] = "add";
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    lab.run(command);
    lab.run(command[0], "link", "set", arguments[0], "up");
  }

  @Test
  void aVxlanDevicesPortIsTheKernelsAndTheDeviceIsNamed() {
    device("vx7", "type", "vxlan", "id", "5", "dstport", "4790", "local", "127.0.0.1");

    DiagnosisAssert diagnosis =
        lab.ask("udp/4790").says(BLOCKED).because("kernel-socket").heldByNobody();
    diagnosis
        .cause("kernel-socket")
        .summary("the kernel itself holds")
        .summary("for vxlan device vx7")
        .socketsHave("uid", 0)
        .hasRemedy("remove-device");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOrdinaryUserIsNotToldThatItIsTheKernels() {
    device("vx7", "type", "vxlan", "id", "5", "dstport", "4790", "local", "127.0.0.1");

    DiagnosisAssert diagnosis =
        lab.question("udp/4790").by(NOBODY).ask().says(BLOCKED).because("hidden-holder");
    diagnosis.heldByNobody().firstRemedyGivesItBack();
  }

  @Test
  void aVxlanDeviceBesideAHiddenProcessOfAnotherPortExplainsNothing() {
    device("vx7", "type", "vxlan", "id", "5", "dstport", "4790", "local", "127.0.0.1");
    Running server = lab.hold("socket u udp4", "bind u 0.0.0.0 4791");

    lab.ask("udp/4791").says(BLOCKED).because("udp-socket").heldBy(server);
  }

  @Test
  void insideAPidNamespaceTheHolderOutsideIsHidden() {
    lab.listener(8080);

    DiagnosisAssert diagnosis =
        lab.question("8080").inPidNamespace().ask().says(BLOCKED).because("hidden-holder");
    diagnosis.heldByNobody().cause("hidden-holder").socketsHave("uid", 0).hasRemedy("run-as-root");
  }

  @Test
  void rootWithoutTheCapabilityToLookIsToldWhichItLacks() {
    lab.listener(8080);

    QuestionAssert question = lab.question("8080").withDockersCapabilities();
    question
        .ask()
        .says(BLOCKED)
        .because("hidden-holder")
        .heldByNobody()
        .didNotLookAt("/fd", "--cap-add SYS_PTRACE")
        .cause("hidden-holder")
        .hasRemedy("run-as-root");
    assertThat(question.run().standardOutput())
        .contains("CAP_SYS_PTRACE, which is missing")
        .doesNotContain("security module", "outside this pid namespace");
  }

  @Test
  void insideAPidNamespaceNothingIsTheKernels() {
    device("vx7", "type", "vxlan", "id", "5", "dstport", "4790", "local", "127.0.0.1");

    lab.question("udp/4790").inPidNamespace().ask().says(BLOCKED).because("hidden-holder");
  }

  @Test
  void whatHidepidHidesIsNamedByItsUser() {
    lab.hold("uid " + SOMEBODY, "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis =
        lab.question("8080").withHidepid().by(NOBODY).ask().says(BLOCKED).because("hidden-holder");
    diagnosis.heldByNobody().cause("hidden-holder").socketsHave("uid", SOMEBODY);
  }

  @Test
  void twoUsersAreHolders() {
    Running one = lab.hold("uid " + SOMEBODY, "socket s tcp4", "bind s 127.0.0.1 8080", "listen s");
    Running other = lab.hold("uid " + NOBODY, "socket s tcp6", "bind s ::1 8080", "listen s");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(one, other);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void oneOfTwoUsersSeesTheirOwnAndNotTheOthers() {
    lab.hold("uid " + SOMEBODY, "socket s tcp4", "bind s 127.0.0.1 8080", "listen s");
    Running own = lab.hold("uid " + NOBODY, "socket s tcp6", "bind s ::1 8080", "listen s");

    lab.question("8080")
        .by(NOBODY)
        .ask()
        .says(BLOCKED)
        .because("hidden-holder", "listener")
        .heldBy(own);
  }
}

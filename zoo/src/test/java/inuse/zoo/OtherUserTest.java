package inuse.zoo;

import static inuse.zoo.Lab.NOBODY;
import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.DENIED;
import static inuse.zoo.VerdictAssert.FREE;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What an ordinary user is told about other people's sockets and privileged ports. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class OtherUserTest extends Scenarios {
  OtherUserTest(Way way) {
    super(way);
  }

  private static final int SOMEBODY = 12345;

  @BeforeEach
  void twoUsersAreNeeded() {
    Lab.requireRoot("two users are needed");
  }

  @Test
  void anotherUsersListenerIsAHiddenHolderWhoseUidIsSaid() {
    lab.hold("uid " + SOMEBODY, "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis =
        lab.question("8080").by(NOBODY).ask().says(BLOCKED).because("hidden-holder").heldByNobody();
    diagnosis
        .cause("hidden-holder")
        .socketsHave("uid", SOMEBODY)
        .socketsHave("local", "0.0.0.0:8080")
        .severity("critical");
    diagnosis.didNotLookAt("/proc", "denied");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void whereProcHidesOtherPeoplesProcessesTheirUidIsStillSaid() {
    lab.hold("uid " + SOMEBODY, "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis =
        lab.question("8080")
            .withHidepid()
            .by(NOBODY)
            .ask()
            .says(BLOCKED)
            .because("hidden-holder")
            .heldByNobody();
    diagnosis.cause("hidden-holder").socketsHave("uid", SOMEBODY);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void twoUsersOnTwoAddressesAreBothNamedToRoot() {
    Running one = lab.hold("uid " + SOMEBODY, "socket s tcp4", "bind s 127.0.0.1 8080", "listen s");
    Running two = lab.hold("uid " + NOBODY, "socket s tcp4", "bind s 127.0.0.2 8080", "listen s");

    lab.ask("8080").says(BLOCKED).because("listener").heldBy(one, two).firstRemedyGivesItBack();
  }

  @Test
  void rootSeesThatUsersListenerAndProcess() {
    Running server =
        lab.hold("uid " + SOMEBODY, "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(server);
    diagnosis.cause("listener").socketsHave("uid", SOMEBODY).holdersHave("uid", SOMEBODY);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOrdinaryUserSeesTheirOwnListener() {
    Running server = lab.hold("uid " + NOBODY, "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis =
        lab.question("8080").by(NOBODY).ask().says(BLOCKED).because("listener").heldBy(server);
    diagnosis.cause("listener").socketsHave("uid", NOBODY).holdersHave("uid", NOBODY);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aPrivilegedPortIsDeniedToAnOrdinaryUserThoughNobodyHoldsIt() {
    lab.question("80")
        .by(NOBODY)
        .ask()
        .says(DENIED)
        .because("privileged-port")
        .heldByNobody()
        .probed("0.0.0.0", "EACCES")
        .firstRemedyGivesItBack();
  }

  @Test
  void aHeldPrivilegedPortNamesTheHolderBeforeThePrivilege() {
    lab.listener(80);

    DiagnosisAssert diagnosis =
        lab.question("80")
            .by(NOBODY)
            .ask()
            .says(DENIED)
            .because("hidden-holder", "privileged-port")
            .heldByNobody();
    diagnosis.cause("hidden-holder").socketsHave("uid", 0);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aPrivilegedPortIsFreeForRoot() {
    lab.ask("80").says(FREE).becauseNothing();
  }

  @Test
  void aPortIsNotPrivilegedWhereTheSysctlSaysSo() {
    lab.sysctl("net/ipv4/ip_unprivileged_port_start", "80");

    lab.question("80").by(NOBODY).ask().says(FREE).becauseNothing();
  }
}

package inuse.zoo;

import static inuse.zoo.Lab.NOBODY;
import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.DENIED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that sets options, or belongs to another user, is asked for as it would bind. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class NewcomerTest extends Scenarios {
  NewcomerTest(Way way) {
    super(way);
  }

  private static final int SOMEBODY = 12345;

  private DiagnosisAssert ask(String... arguments) {
    return lab.question(arguments).ask();
  }

  @Test
  void timeWaitOfAServerWithReuseaddrIsNoObstacleForOneThatSetsItToo() {
    lab.leaveTimeWait("set s reuseaddr");

    ask("8080", "--reuseaddr").says(FREE).becauseNothing();
    ask("8080", "--reuseaddr", "--no-reuseaddr").says(FREE_WITH_REUSEADDR).because("time-wait");
  }

  @Test
  void timeWaitOfAServerWithoutReuseaddrBlocksEvenOneThatSetsIt() {
    lab.leaveTimeWait("# no option");

    ask("8080", "--reuseaddr")
        .says(BLOCKED)
        .because("time-wait")
        .cause("time-wait")
        .hasRemedy("wait");
  }

  @Test
  void aListenerBlocksAServerWithReuseaddr() {
    Running server =
        lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis =
        ask("8080", "--reuseaddr").says(BLOCKED).because("listener").heldBy(server);
    assertThat(lab.question("8080", "--reuseaddr").run().firstLine())
        .contains("for a server with SO_REUSEADDR, is in use");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOutgoingConnectionBlocksAServerWithReuseaddr() {
    lab.sysctl("net/ipv4/tcp_fin_timeout", "1");
    lab.listener("127.0.0.1", 9090);
    Running client = lab.hold("socket c tcp4", "bind c 127.0.0.1 8080", "connect c 127.0.0.1 9090");

    ask("127.0.0.1:8080", "--reuseaddr")
        .says(BLOCKED)
        .because("outgoing-connection")
        .heldBy(client);
  }

  @Test
  void twoUdpSocketsWithReuseaddrShareAndOneWithoutDoesNot() {
    lab.hold("socket u udp4", "set u reuseaddr", "bind u 0.0.0.0 5353");
    Running other = lab.hold("socket u udp4", "bind u 0.0.0.0 5354");

    ask("udp/5353", "--reuseaddr").says(FREE).becauseNothing();
    ask("udp/5354", "--reuseaddr")
        .says(BLOCKED)
        .because("udp-socket")
        .heldBy(other)
        .firstRemedyGivesItBack();
  }

  @Test
  void aServerWithReuseportJoinsAGroupOfItsOwnUser() {
    lab.hold("socket s tcp4", "set s reuseport", "bind s 0.0.0.0 8080", "listen s");

    ask("8080", "--reuseport").says(FREE).becauseNothing();
    ask("8080").says(BLOCKED).because("listener");
  }

  @Test
  void aServerWithReuseportMayNotJoinAGroupOfAnotherUserButThatUserMay() {
    Lab.requireRoot("two users are needed");
    Running server =
        lab.hold(
            "uid " + SOMEBODY,
            "socket s tcp4",
            "set s reuseport",
            "bind s 0.0.0.0 8080",
            "listen s");

    ask("8080", "--reuseport", "--as", Integer.toString(SOMEBODY)).says(FREE).becauseNothing();
    DiagnosisAssert diagnosis =
        ask("8080", "--reuseport").says(BLOCKED).because("reuseport-mismatch").heldBy(server);
    assertThat(diagnosis.cause("reuseport-mismatch").json().get("summary").getAsString())
        .contains("uid " + SOMEBODY);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aListenerWithoutReuseportIsAMismatchForOneWithIt() {
    Running server = lab.listener(8080);

    DiagnosisAssert diagnosis =
        ask("8080", "--reuseport").says(BLOCKED).because("reuseport-mismatch").heldBy(server);
    assertThat(diagnosis.cause("reuseport-mismatch").json().get("summary").getAsString())
        .contains("without SO_REUSEPORT");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aGroupOfAnotherUserIsAMismatchAlsoForWhoCannotSeeItsProcess() {
    Lab.requireRoot("two users are needed");
    lab.hold(
        "uid " + SOMEBODY, "socket s tcp4", "set s reuseport", "bind s 0.0.0.0 8080", "listen s");

    lab.question("8080", "--reuseport")
        .by(NOBODY)
        .ask()
        .says(BLOCKED)
        .because("reuseport-mismatch")
        .heldByNobody()
        .firstRemedyGivesItBack();
  }

  @Test
  void udpGroupsAreOfOneUserToo() {
    Lab.requireRoot("two users are needed");
    Running server =
        lab.hold("uid " + SOMEBODY, "socket u udp4", "set u reuseport", "bind u 0.0.0.0 5353");

    ask("udp/5353", "--reuseport")
        .says(BLOCKED)
        .because("reuseport-mismatch")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aListenerOnOneDeviceBlocksThatDeviceAndWhoeverNamesNone() {
    Lab.requireRoot("a second device is needed");
    Running server =
        lab.hold("socket s tcp4", "set s device lo", "bind s 0.0.0.0 8080", "listen s");
    List<String> add = new ArrayList<>(lab.enter());
    add.addAll(List.of("--", Lab.requireProgram("ip"), "link", "add", "zoo0", "type", "veth"));
    Output added = Output.of(add);
    assertThat(added.exitCode()).as("%s", added).isZero();

    ask("8080", "--device", "zoo0").says(FREE).becauseNothing();
    ask("8080").says(BLOCKED).because("listener").heldBy(server);
    ask("8080", "--device", "lo")
        .says(BLOCKED)
        .because("listener")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aDeviceThatIsNotHereIsWrongUsageAndThoseThatAreHereAreNamed() {
    Output output = lab.question("8080", "--device", "nosuch0").run();

    output.assertRefused(2);
    assertThat(output.standardError()).contains("no interface 'nosuch0'").contains("there are lo");
  }

  @Test
  void anIpv6OnlyServerMayBindBesideAnIpv4Listener() {
    Running server = lab.listener(8080);

    ask("[::]:8080", "--v6only").says(FREE).becauseNothing();
    ask("[::]:8080").says(BLOCKED).because("listener").heldBy(server).firstRemedyGivesItBack();
  }

  @Test
  void twoIpv6OnlyServersMayNotShare() {
    Running server = lab.hold("socket s tcp6", "set s v6only", "bind s :: 8080", "listen s");

    ask("0.0.0.0:8080", "--v6only").says(FREE).becauseNothing();
    ask("[::]:8080", "--v6only")
        .says(BLOCKED)
        .because("listener")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aPrivilegedPortIsDeniedToTheUserWhoIsAskedFor() {
    Lab.requireRoot("only root may ask as another user");

    ask("80", "--as", "nobody")
        .says(DENIED)
        .because("privileged-port")
        .heldByNobody()
        .probed("0.0.0.0", "EACCES")
        .firstRemedyGivesItBack();
    ask("8080", "--as", "nobody").says(FREE).becauseNothing();
  }

  @Test
  void theHoldersAreSeenByRootThoughAnotherUserIsAskedFor() {
    Lab.requireRoot("only root may ask as another user");
    Running server = lab.listener(8080);

    ask("8080", "--as", "nobody")
        .says(BLOCKED)
        .because("listener")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void anOrdinaryUserMayNotAskAsAnotherAndIsToldWhatToRun() {
    Output output = lab.question("8080", "--as", "0").by(NOBODY).run();

    output.assertRefused(3);
    assertThat(output.standardError()).contains("sudo inuse 8080 --as 0");
  }

  @Test
  void aUserThatDoesNotExistIsWrongUsage() {
    lab.question("8080", "--as", "no-such-user").run().assertRefused(2);
  }

  @Test
  void ofTwoBoundSocketsTheOneThatCannotListenAnyMoreIsInConflict() {
    Running late = lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080");
    Running first = lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080", "listen s");

    ask("8080")
        .says(BLOCKED)
        .because("listener", "listen-conflict")
        .heldBy(first, late)
        .firstRemedyGivesItBack();
  }

  @Test
  void whoBindsBesideABoundSocketIsWarnedOfTheRaceToListen() {
    Running other = lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080");

    ask("8080", "--reuseaddr").says(FREE).because("listen-conflict").heldBy(other);
    ask("8080").says(FREE_WITH_REUSEADDR).because("bound-not-listening").heldBy(other);
  }

  @Test
  void aClientThatIsConnectedToItselfIsNamed() {
    lab.sysctl("net/ipv4/tcp_fin_timeout", "1");
    Running client = lab.hold("socket c tcp4", "bind c 127.0.0.1 8080", "connect c 127.0.0.1 8080");

    ask("127.0.0.1:8080").says(BLOCKED).because("self-connection").heldBy(client);
  }
}

package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Listening sockets, and ports that nobody holds. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class ListenerTest extends Scenarios {
  ListenerTest(Way way) {
    super(way);
  }

  @Test
  void aPortThatNobodyHoldsIsFree() {
    lab.ask("8080")
        .says(FREE)
        .becauseNothing()
        .notes()
        .overlooksOnlyDeniedProcesses()
        .probedMildly("0.0.0.0", "ok")
        .probedMildly("::", "ok");
  }

  @Test
  void aListenerOnEveryIpv4AddressBlocksAndIsNamed() {
    Running server = lab.listener(8080);

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(server);
    diagnosis
        .cause("listener")
        .socketsHave("state", "LISTEN")
        .socketsHave("local", "0.0.0.0:8080")
        .socketsHave("uid", Programs.OWN_UID)
        .socketsHave("reuseaddr", false)
        .socketsHave("reuseport", false)
        .holdersHave("command", "hold")
        .severity("critical")
        .blocks("plain", "reuseaddr", "reuseport")
        .hasRemedy("terminate");
    diagnosis.firstRemedyGivesItBack();
  }

  /** As every server in Go 1.24 is. */
  @Test
  void aListenerOfMptcpIsNamedAndEndedLikeAnyOther() {
    Running server =
        lab.hold("socket s mptcp4", "set s reuseaddr", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(server);
    diagnosis.cause("listener").socketsHave("reuseaddr", true);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aListenerWithReuseaddrBlocksEvenANewcomerWithReuseaddr() {
    Running server =
        lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(server);
    diagnosis.cause("listener").socketsHave("reuseaddr", true);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aListenerWithReuseportAdmitsOnlyANewcomerWithReuseport() {
    Running server =
        lab.hold("socket s tcp4", "set s reuseport", "bind s 0.0.0.0 8080", "listen s");

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(server);
    diagnosis.cause("listener").blocks("plain", "reuseaddr");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aDualStackListenerBlocksWhoeverAsksForAnIpv4AddressOrForEverything() {
    Running server = lab.listener("::", 8080);

    for (String target :
        new String[] {"127.0.0.1:8080", "0.0.0.0:8080", "[::1]:8080", "[::]:8080", "8080"}) {
      lab.ask(target)
          .says(BLOCKED)
          .because("listener")
          .heldBy(server)
          .cause("listener")
          .socketsHave("v6only", false);
    }
    lab.ask("8080").heldBy(server).firstRemedyGivesItBack();
  }

  @Test
  void aListenerForIpv6OnlyLeavesIpv4Free() {
    lab.hold("socket s tcp6", "set s v6only", "bind s :: 8080", "listen s");

    lab.ask("127.0.0.1:8080").says(FREE).becauseNothing();
    lab.ask("0.0.0.0:8080").says(FREE).becauseNothing();
  }

  @Test
  void aListenerForIpv6OnlyBlocksAServerThatBindsEverythingAndTheFirstLineSaysWhichAddressIsFree() {
    Running server = lab.hold("socket s tcp6", "set s v6only", "bind s :: 8080", "listen s");

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener")
        .heldBy(server)
        .probedMildly("0.0.0.0", "ok")
        .probed("::", "EADDRINUSE")
        .cause("listener")
        .socketsHave("v6only", true);
    assertThat(lab.question("8080").run().firstLine()).contains("0.0.0.0").contains("free");
    lab.ask("8080").heldBy(server).firstRemedyGivesItBack();
  }

  @Test
  void twoAddressesHeldByTwoProcessesAreOneCauseWithTwoHolders() {
    Running one = lab.listener("127.0.0.1", 8080);
    Running two = lab.listener("127.0.0.2", 8080);

    lab.ask("127.0.0.1:8080").says(BLOCKED).because("listener").heldBy(one);
    lab.ask("127.0.0.2:8080").says(BLOCKED).because("listener").heldBy(two);
    lab.ask("127.0.0.3:8080").says(FREE).becauseNothing();
    lab.ask("8080").says(BLOCKED).because("listener").heldBy(one, two).firstRemedyGivesItBack();
  }

  @Test
  void aChildThatSharesTheListeningSocketIsAHolderToo() {
    Running server = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "fork");

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener")
        .heldBy(server.pid(), server.awaitFork())
        .firstRemedyGivesItBack();
  }

  @Test
  void aClientOfTheListenerIsANoteAndNoHolder() {
    // The server's end of the connection outlives the server that long.
    lab.sysctl("net/ipv4/tcp_fin_timeout", "1");
    Running server =
        lab.startHold(
            "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "say listening", "accept a s");
    server.awaitLine("listening");
    Running client = lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");
    server.awaitReady();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(server).notes("client");
    diagnosis.note("client").contains(Long.toString(client.pid()));
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aTimeWaitLeftOverDoesNotHideTheLiveListener() {
    Running server =
        lab.hold(
            "socket s tcp4",
            "set s reuseaddr",
            "bind s 0.0.0.0 8080",
            "listen s",
            "socket c tcp4",
            "connect c 127.0.0.1 8080",
            "accept a s",
            "close a",
            "eof c",
            "close c",
            "until 8080 TIME_WAIT");

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener", "time-wait")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aSocketThatIsBoundButDoesNotListenBlocksAndIsNamed() {
    Running server = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080");

    lab.ask("8080")
        .says(BLOCKED)
        .because("bound-not-listening")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }

  @Test
  void aBoundSocketWithReuseaddrAdmitsANewcomerWithReuseaddr() {
    Running server = lab.hold("socket s tcp6", "set s reuseaddr", "bind s :: 8080");

    DiagnosisAssert diagnosis =
        lab.ask("8080")
            .says(VerdictAssert.FREE_WITH_REUSEADDR)
            .because("bound-not-listening")
            .heldBy(server);
    diagnosis.cause("bound-not-listening").blocks("plain", "reuseport");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aListenerThatWasShutDownIsBoundNotListening() {
    Running server =
        lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "shutdown s read");

    lab.ask("8080")
        .says(BLOCKED)
        .because("bound-not-listening")
        .heldBy(server)
        .firstRemedyGivesItBack();
  }
}

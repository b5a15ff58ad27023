package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections, living and dying, that hold a port without a listener. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class ConnectionTest extends Scenarios {
  ConnectionTest(Way way) {
    super(way);
  }

  private static final String LISTENING = "listen s";

  /** A connection whose process is gone lingers in FIN_WAIT2 that long, not for a minute. */
  @BeforeEach
  void orphansLingerBriefly() {
    lab.sysctl("net/ipv4/tcp_fin_timeout", "12");
  }

  /** A server that has accepted one connection and closed its listener; and then does this. */
  private Running acceptedThen(boolean reuseaddr, String... steps) {
    String[] all = new String[7 + steps.length];
    all[0] = "socket s tcp4";
    all[1] = reuseaddr ? "set s reuseaddr" : "# no option";
    all[2] = "bind s 0.0.0.0 8080";
    all[3] = LISTENING;
    all[4] = "say listening";
    all[5] = "accept a s";
    all[6] = "close s";
    System.arraycopy(steps, 0, all, 7, steps.length);
    Running server = lab.startHold(all);
    server.awaitLine("listening");
    return server;
  }

  /**
   * The server closed first, then the client: nothing is left but TIME_WAIT on the server's port.
   */
  private void leaveTimeWait(boolean reuseaddr) {
    Running server = acceptedThen(reuseaddr, "close a");
    lab.hold(
        "socket c tcp4", "connect c 127.0.0.1 8080", "eof c", "close c", "until 8080 TIME_WAIT");
    server.awaitReady();
    lab.awaitNoState(8080, "LISTEN");
  }

  @Test
  void timeWaitOfAServerWithoutReuseaddrBlocksForAMinuteAtMost() {
    leaveTimeWait(false);

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("time-wait").heldByNobody();
    diagnosis
        .cause("time-wait")
        .severity("warning")
        .socketsHave("state", "TIME_WAIT")
        .expiresWithin(1, 61_000)
        .hasRemedy("wait");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void timeWaitOfAServerWithReuseaddrAdmitsANewcomerWithReuseaddr() {
    leaveTimeWait(true);

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(FREE_WITH_REUSEADDR).because("time-wait").heldByNobody();
    diagnosis
        .cause("time-wait")
        .severity("warning")
        .expiresWithin(1, 61_000)
        .hasRemedy("wait")
        .hasRemedy("use-reuseaddr");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void timeWaitIsNoHiddenHolderForAnOrdinaryUser() {
    leaveTimeWait(true);

    lab.question("8080")
        .by(Lab.NOBODY)
        .ask()
        .says(FREE_WITH_REUSEADDR)
        .because("time-wait")
        .heldByNobody()
        .firstRemedyGivesItBack();
  }

  @Test
  void anOutgoingConnectionHoldsItsEphemeralSourcePort() {
    lab.hold("socket s tcp4", "bind s 127.0.0.1 9000", LISTENING);
    Running client = lab.hold("socket c tcp4", "connect c 127.0.0.1 9000", "port c");

    lab.ask(Integer.toString(client.awaitPort()))
        .says(BLOCKED)
        .because("outgoing-connection")
        .heldBy(client)
        .firstRemedyGivesItBack();
  }

  @Test
  void anOutgoingConnectionHoldsTheSourcePortThatItBoundByHand() {
    lab.hold("socket s tcp4", "bind s 127.0.0.1 9000", LISTENING);
    Running client = lab.hold("socket c tcp4", "bind c 127.0.0.1 8080", "connect c 127.0.0.1 9000");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("outgoing-connection").heldBy(client);
    // Advice without a line: inuse ends no client for its connection, and without its end the
    // client keeps the port.
    lab.question("8080").free("--yes", "--destroy").outcome("refused").didNothing().stillHeld();
    diagnosis.firstRemedyGivesItBack("terminate", client::close);
  }

  @Test
  void anAcceptedConnectionWhoseListenerIsGoneBlocks() {
    Running server = acceptedThen(false);
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");
    server.awaitReady();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("open-connection").heldBy(server);
    diagnosis
        .cause("open-connection")
        .socketsHave("state", "ESTABLISHED")
        .socketsHave("local", "127.0.0.1:8080");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anAcceptedConnectionOfAListenerWithReuseaddrAdmitsANewcomerWithReuseaddr() {
    Running server = acceptedThen(true);
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");
    server.awaitReady();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(FREE_WITH_REUSEADDR).because("open-connection").heldBy(server);
    diagnosis
        .cause("open-connection")
        .severity("warning")
        .socketsHave("reuseaddr", true)
        .hasRemedy("use-reuseaddr");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aConnectionInFinWait2WithAnOpenDescriptorIsClosingAndHeld() {
    Running server = acceptedThen(false, "shutdown a write");
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080", "eof c");
    server.awaitReady();
    lab.awaitState(8080, "FIN_WAIT2");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("closing-connection").heldBy(server);
    diagnosis.cause("closing-connection").socketsHave("state", "FIN_WAIT2");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOrphanInFinWait2IsClosingAndHeldByNobody() {
    Running server = acceptedThen(false, "close a");
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080", "eof c");
    server.awaitReady();
    lab.awaitState(8080, "FIN_WAIT2");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("closing-connection").heldByNobody();
    diagnosis.cause("closing-connection").socketsHave("state", "FIN_WAIT2");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOrphanInFinWait2WithReuseaddrAdmitsANewcomerWithReuseaddr() {
    Running server = acceptedThen(true, "close a");
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080", "eof c");
    server.awaitReady();
    lab.awaitState(8080, "FIN_WAIT2");

    lab.ask("8080")
        .says(FREE_WITH_REUSEADDR)
        .because("closing-connection")
        .heldByNobody()
        .firstRemedyGivesItBack();
  }

  @Test
  void aConnectionInCloseWaitIsClosingAndHeldByWhoDoesNotCloseIt() {
    Running server = acceptedThen(false, "eof a");
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080", "close c");
    server.awaitReady();
    lab.awaitState(8080, "CLOSE_WAIT");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("closing-connection").heldBy(server);
    diagnosis.cause("closing-connection").socketsHave("state", "CLOSE_WAIT");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void theSecondsThatTimeWaitHasLeftAreSaidInTheText() {
    leaveTimeWait(false);

    assertThat(lab.question("8080").run().standardOutput()).containsPattern("[0-9]+ ?s");
  }
}

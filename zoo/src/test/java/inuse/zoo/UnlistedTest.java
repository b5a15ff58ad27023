package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sockets that no /proc/PID/fd lists, and processes whose main thread has ended. One after the
 * other: a deep look has duplicates of what is in flight anywhere, for a moment.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
@Execution(ExecutionMode.SAME_THREAD)
final class UnlistedTest extends Scenarios {
  UnlistedTest(Way way) {
    super(way);
  }

  private Running hiding(String how) {
    return lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "hides s " + how);
  }

  @Test
  void aProcessWithoutItsMainThreadHoldsItsSocketsAllTheSame() {
    Running server = hiding("zombie");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("zombie-leader").heldBy(server);
    diagnosis
        .cause("zombie-leader")
        .viaNothing()
        .holdersHave("state", "zombie")
        .hasRemedy("terminate")
        .hasRemedy("kill");
    diagnosis.firstRemedyGivesItBack();
  }

  @ParameterizedTest
  @CsvSource({
    "thread, thread-table",
    "accept, blocked-accept",
    "unix, scm-rights",
    "ring, io-uring",
    "ringwait, io-uring",
    "mmap, mmap"
  })
  void aListenerThatNoDescriptorShowsIsFoundWithWhatKeepsIt(String how, String via) {
    Running server = hiding(how);

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("unlisted-reference").heldBy(server);
    diagnosis
        .cause("unlisted-reference")
        .via(via)
        .socketsHave("state", "LISTEN")
        .summary("keeps 0.0.0.0:8080 alive");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aUdpSocketIsKeptByAThreadThatWaitsOnAClosedDescriptor() {
    Running server = lab.hold("socket u udp4", "bind u 0.0.0.0 5353", "hides u recv");

    DiagnosisAssert diagnosis =
        lab.ask("udp/5353").says(BLOCKED).because("unlisted-reference").heldBy(server);
    diagnosis.cause("unlisted-reference").via("blocked-accept");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void ofTwoWhoWaitInAcceptNoneIsSureAndOnlyTheSocketIsEnded() {
    Running server = hiding("accept");
    Running other = lab.hold("socket s tcp4", "bind s 0.0.0.0 8081", "listen s", "hides s accept");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("unlisted-reference").heldBy(server, other);
    diagnosis.cause("unlisted-reference").via("blocked-accept").summary(" likely keep ");
    diagnosis.firstRemedyGivesItBack();
    lab.ask("8081").says(BLOCKED).because("unlisted-reference").heldBy(other);
  }

  @Test
  void everyProcessWithTheReceivingUnixSocketIsAHolder() {
    Running server =
        lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "hides s unix", "fork");

    DiagnosisAssert diagnosis =
        lab.ask("8080")
            .says(BLOCKED)
            .because("unlisted-reference")
            .heldBy(server.pid(), server.awaitFork());
    diagnosis.cause("unlisted-reference").via("scm-rights");
    diagnosis.firstRemedyGivesItBack();
  }

  @ParameterizedTest
  @CsvSource({
    "thread, unlisted-reference",
    "accept, unlisted-reference",
    "unix, unlisted-reference",
    "zombie, zombie-leader"
  })
  void anOrdinaryUserFindsTheirOwn(String how, String cause) {
    Running server =
        lab.hold(
            "uid " + Lab.NOBODY,
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s",
            "hides s " + how);

    DiagnosisAssert diagnosis =
        lab.question("8080").by(Lab.NOBODY).ask().says(BLOCKED).because(cause).heldBy(server);
    diagnosis.firstRemedyGivesItBack();
  }
}

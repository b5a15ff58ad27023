package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.DENIED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The core scenarios, giving back and the guard under a kernel of Debian's own, and each answer
 * against trybind. The scenarios are made by vm/init; a subclass says which kernel, and what is
 * different about it.
 */
@Tag("long")
@Isolated("an emulated machine, in which deadlines pass as fast as outside")
@ExtendWith(Skips.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KernelScenarios {
  private static final String BOUND = "bound-not-listening";

  private final EmulatedMachine machine;
  private final BoundSockets boundSockets;
  KernelReport kernel = KernelReport.NOT_BOOTED;

  /** Whether sock_diag tells of sockets that are bound without listening; it does from 6.8 on. */
  enum BoundSockets {
    TOLD,
    NOT_TOLD
  }

  KernelScenarios(EmulatedMachine machine, BoundSockets boundSockets) {
    this.machine = machine;
    this.boundSockets = boundSockets;
  }

  @BeforeEach
  void boot() {
    kernel = machine.report();
  }

  @Test
  void itIsTheKernelThatWasAskedForAndEveryScenarioWasMade() {
    assertThat(kernel.release()).startsWith(machine.version() + ".");
    assertThat(kernel.names()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(kernel.isComplete()).isTrue();
  }

  @Test
  void aFreePort() {
    DiagnosisAssert diagnosis = kernel.says("free", FREE).becauseNothing();

    assertThat(diagnosis.json().getAsJsonArray("not_looked_at")).isEmpty();
  }

  @Test
  void aListener() {
    kernel.says("listener", BLOCKED).because("listener").heldBy(kernel.pids("listener"));
  }

  @Test
  void aDualStackListenerForAnIpv4Address() {
    kernel.says("dual-stack", BLOCKED).because("listener").heldBy(kernel.pids("dual-stack"));
  }

  @Test
  void aListenerOfIpv6AloneForAnIpv4Address() {
    kernel.says("ipv6-only", FREE).becauseNothing();
  }

  @Test
  void aBoundSocketIsFoundAlsoWhereNoTableShowsIt() {
    DiagnosisAssert diagnosis =
        kernel.says("bound", BLOCKED).because(BOUND).heldBy(kernel.pids("bound"));

    diagnosis.cause(BOUND).socketsHave("local", "0.0.0.0:7005").socketsHave("reuseaddr", false);
    assertThat(diagnosis.json().getAsJsonArray("not_looked_at")).isEmpty();
  }

  @Test
  void aBoundSocketWithReuseaddr() {
    kernel
        .says("bound-with-reuseaddr", FREE_WITH_REUSEADDR)
        .because(BOUND)
        .heldBy(kernel.pids("bound-with-reuseaddr"));
  }

  @Test
  void aBoundDualStackSocketAndAllWhoInheritedIt() {
    String name = "bound-dual-stack-and-inherited";
    assertThat(kernel.pids(name)).hasSize(2);

    kernel
        .says(name, BLOCKED)
        .because(BOUND)
        .heldBy(kernel.pids(name))
        .cause(BOUND)
        .socketsHave("v6only", false);
  }

  @Test
  void aBoundSocketOfAProcessThatThisUserMayNotLookIntoIsSaidToBePossible() {
    DiagnosisAssert diagnosis = kernel.says("bound-and-hidden", BLOCKED);
    switch (boundSockets) {
      case TOLD -> diagnosis.because("hidden-holder").heldByNobody();
      case NOT_TOLD ->
          diagnosis
              .because("unexplained")
              .didNotLookAt("bound but do not listen, of ", "denied", "run as root");
    }
  }

  @Test
  void theOwnerOfABoundSocketIsWhoMadeItNotWhoHasIt() {
    kernel
        .says("bound-by-the-same-user", BLOCKED)
        .because(BOUND)
        .cause(BOUND)
        .socketsHave("user", "root");
  }

  @Test
  void anOrdinaryUserFindsWhatItsOwnProcessesHaveBound() {
    kernel
        .says("bound-seen-by-its-user", BLOCKED)
        .because(BOUND)
        .heldBy(kernel.pids("bound-seen-by-its-user"))
        .cause(BOUND)
        .socketsHave("user", "nobody");
  }

  @Test
  void aListenerDoesNotHideABoundSocketNextToIt() {
    kernel
        .says("bound-next-to-a-listener", BLOCKED)
        .because("listener", BOUND)
        .heldBy(kernel.pids("bound-next-to-a-listener"));
  }

  @Test
  void aBoundSocketOfAnotherNetworkNamespaceDoesNotCount() {
    kernel.says("bound-elsewhere", FREE).becauseNothing();
    kernel
        .says("bound-here-and-elsewhere", BLOCKED)
        .because(BOUND)
        .heldBy(kernel.pids("bound-here-and-elsewhere"));
  }

  @Test
  void timeWaitWithoutReuseaddr() {
    kernel.says("time-wait", BLOCKED).because("time-wait").heldByNobody();
  }

  @Test
  void timeWaitWithReuseaddr() {
    kernel
        .says("time-wait-with-reuseaddr", FREE_WITH_REUSEADDR)
        .because("time-wait")
        .heldByNobody();
  }

  @Test
  void anOutgoingConnection() {
    kernel
        .says("outgoing-connection", BLOCKED)
        .because("outgoing-connection")
        .heldBy(kernel.pids("outgoing-connection"));
  }

  @Test
  void anAcceptedConnectionWithoutItsListener() {
    kernel
        .says("open-connection", BLOCKED)
        .because("open-connection")
        .heldBy(kernel.pids("open-connection"));
  }

  @Test
  void aUdpSocket() {
    kernel.says("udp", BLOCKED).because("udp-socket").heldBy(kernel.pids("udp"));
  }

  @Test
  void aListenerOfAProcessThatThisUserMayNotLookInto() {
    kernel.says("hidden-holder", BLOCKED).because("hidden-holder").heldByNobody();
  }

  @Test
  void aPrivilegedPort() {
    kernel.says("privileged", DENIED).because("privileged-port");
  }

  @Test
  void aUnixSocket() {
    kernel
        .says("unix-socket", BLOCKED)
        .because("live-socket-file")
        .heldBy(kernel.pids("unix-socket"));
  }

  @Test
  void aListOfAllNamespacesSaysOnceWhatThisKernelDoesNotTell() {
    JsonObject list = AnswerAssert.json(kernel.output("list-of-two-namespaces"));

    assertThat(
            list.getAsJsonArray("rows").asList().stream()
                .flatMap(row -> row.getAsJsonObject().getAsJsonArray("ports").asList().stream())
                .map(JsonElement::getAsInt))
        .contains(7023, 7112);
    assertThat(list.getAsJsonArray("not_looked_at"))
        .hasSize(
            switch (boundSockets) {
              case TOLD -> 0;
              case NOT_TOLD -> 1;
            });
  }

  @Test
  void aPortIsGivenBackByEndingAllWhoHaveIt() {
    Output output = kernel.output("free-ends-the-holders");

    assertThat(output.exitCode()).as("%s", output).isZero();
    assertThat(kernel.pids("free-ends-the-holders")).hasSize(2);
    kernel.isFree("free-ends-the-holders");
  }

  @Test
  void aConnectionIsDroppedAndItsProgramLivesOn() {
    Output output = kernel.output("free-drops-a-connection");

    assertThat(output.exitCode()).as("%s", output).isZero();
    assertThat(kernel.fact("free-drops-a-connection", "after")).isEqualTo("alive");
    kernel.isFree("free-drops-a-connection");
  }

  @Test
  void theGuardSaysAtTheBindItselfWhoHoldsThePort() {
    String name = "guard-says-who-holds-it";
    Output output = kernel.output(name);

    assertThat(output.exitCode()).as("%s", output).isEqualTo(1);
    assertThat(output.standardOutput()).isEqualTo("failed: bind s 0.0.0.0 7030: EADDRINUSE\n");
    assertThat(output.standardError())
        .startsWith("0.0.0.0:7030 is in use: hold (pid " + kernel.pids(name)[0]);
  }

  @Test
  void theGuardTakesThePortForAProgramThatKnowsNothingOfIt() {
    Output output = kernel.output("guard-takes-it");

    assertThat(output.exitCode()).as("%s", output).isZero();
    assertThat(output.standardOutput()).isEqualTo("ready\n");
    assertThat(output.standardError())
        .endsWith("0.0.0.0:7030 is free again: a real bind succeeded\n");
  }

  @Test
  void aHandoverKeepsTheListenerAndEndsThePredecessor() {
    Output second = kernel.output("handover");

    assertThat(second.standardOutput()).as("%s", second).isEqualTo("ready\n");
    assertThat(second.standardError()).isEmpty();
    assertThat(kernel.fact("handover", "before"))
        .matches("[0-9]+")
        .isEqualTo(kernel.fact("handover", "after"));
    assertThat(kernel.fact("handover", "exit")).isEqualTo("143");
  }

  @Test
  void theRecorderTellsAServerTheBindThatItRefusesAndItsEnd() {
    List<JsonObject> told = new ArrayList<>();
    for (String line : kernel.fact("record", "out").split("\n", -1)) {
      if (line.contains("\"port\": 7032")) {
        told.add(JsonParser.parseString(line).getAsJsonObject());
      }
    }

    assertThat(kernel.fact("record-says", "out")).contains("every bind of TCP and UDP");
    assertThat(told)
        .as("%s", kernel.output("record"))
        .extracting(event -> event.get("event").getAsString())
        .containsSubsequence("bound", "listening", "refused", "released");
    JsonObject refused =
        told.stream()
            .filter(event -> event.get("event").getAsString().equals("refused"))
            .findFirst()
            .orElseThrow();
    assertThat(refused.getAsJsonArray("holders").asList())
        .containsExactly(told.getFirst().get("process"));
    assertThat(kernel.fact("record", "out"))
        .contains(
            "\"process\": "
                + told.getFirst().get("process")
                + ",\"pid\": "
                + kernel.pids("record-server")[0]);
    assertThat(kernel.output("record-history").exitCode()).isZero();
  }
}

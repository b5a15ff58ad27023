package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.DENIED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The core scenarios under Debian's own Linux 6.1, whose sock_diag does not tell of sockets that
 * are bound without listening. The scenarios are made by vm/init; each is held against trybind.
 */
@Tag("long")
@ExtendWith(Skips.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OldKernelTest {
  private static final String BOUND = "bound-not-listening";

  private OldKernel kernel = OldKernel.NOT_BOOTED;

  @BeforeAll
  void boot() {
    kernel = OldKernel.boot("6.1");
  }

  @Test
  void itIsTheKernelThatWasAskedForAndEveryScenarioWasMade() {
    assertThat(kernel.release()).startsWith("6.1.");
    assertThat(kernel.names()).hasSizeGreaterThanOrEqualTo(20);
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
  void aBoundSocketIsFoundThoughNoTableShowsIt() {
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
    kernel
        .says("bound-and-hidden", BLOCKED)
        .because("unexplained")
        .didNotLookAt("bound but do not listen, of ", "denied", "run as root");
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
}

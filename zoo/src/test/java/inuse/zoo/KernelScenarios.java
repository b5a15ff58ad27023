package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static inuse.zoo.VerdictAssert.DENIED;
import static inuse.zoo.VerdictAssert.FREE;
import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The core scenarios, the ways to search for holders and the guard under a kernel of Debian's own,
 * and each answer against trybind. The scenarios are made by vm/init; a subclass says which kernel,
 * and what is different about it.
 */
@Tag("long")
@Isolated("an emulated machine, in which deadlines pass as fast as outside")
@ExtendWith(Skips.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KernelScenarios {
  private static final String BOUND = "bound-not-listening";
  private static final String PROC = "proc";
  static final String TASK = "bpf-task";
  static final String TASK_FILE = "bpf-task-file";

  /** What a kernel says that has no compiler for a program that needs one: ENOTSUPP. */
  private static final String NO_COMPILER = "bpf PROG_LOAD: errno 524";

  private final EmulatedMachine machine;
  private final BoundSockets boundSockets;
  private final Map<String, String> refusals;
  private KernelReport kernel = KernelReport.NOT_BOOTED;

  /** Whether sock_diag tells of sockets that are bound without listening; it does from 6.8 on. */
  enum BoundSockets {
    TOLD,
    NOT_TOLD
  }

  /**
   * Scenarios of that machine.
   *
   * @param refusals the ways to search for holders that its kernel does not go, each with why
   */
  KernelScenarios(
      EmulatedMachine machine, BoundSockets boundSockets, Map<String, String> refusals) {
    this.machine = machine;
    this.boundSockets = boundSockets;
    this.refusals = Map.copyOf(refusals);
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

  /** Of a question whose way was forced: it was gone, or its refusal is said. */
  private void assertSearched(DiagnosisAssert diagnosis, String way) {
    if (refusals.containsKey(way)) {
      diagnosis.searchedBy(PROC, way + ": " + refusals.get(way));
    } else {
      diagnosis.searchedBy(way);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {PROC, TASK, TASK_FILE})
  void everyWayFindsTheSameHolders(String way) {
    String name = "search-by-" + way;
    DiagnosisAssert diagnosis =
        kernel
            .says(name, BLOCKED)
            .because("zombie-leader", "unlisted-reference", "listener")
            .heldBy(kernel.pids(name));

    assertThat(diagnosis.holders()).isEqualTo(kernel.diagnosis("search-by-proc").holders());
    assertSearched(diagnosis, way);
  }

  @ParameterizedTest
  @ValueSource(strings = {PROC, TASK, TASK_FILE})
  void inAPidNamespaceBelowHoldersHaveTheirNumbersThere(String way) {
    String name = "search-in-a-pid-namespace-by-" + way;
    DiagnosisAssert diagnosis =
        kernel.diagnosis(name).says(BLOCKED).because("listener").heldBy(kernel.pids(name));

    assertSearched(diagnosis, way);
  }

  @ParameterizedTest
  @ValueSource(strings = {TASK, TASK_FILE})
  void withoutTheKernelsTypesTheLinksAreRead(String way) {
    String name = "search-without-types-by-" + way;

    kernel
        .says(name, BLOCKED)
        .heldBy(kernel.pids(name))
        .searchedBy(PROC, way + ": open /sys/kernel/btf/vmlinux: ENOENT");
  }

  /** It has every capability, and none that the kernel asks for. */
  @ParameterizedTest
  @ValueSource(strings = {TASK, TASK_FILE})
  void rootOfAUserNamespaceIsRefused(String way) {
    // A name that is missing is missed before the kernel is given anything.
    String refusal = refusals.getOrDefault(way, "");

    kernel
        .says("search-in-a-user-namespace-by-" + way, BLOCKED)
        .because("hidden-holder")
        .searchedBy(
            PROC, way + ": " + (refusal.startsWith("btf") ? refusal : "bpf PROG_LOAD: EPERM"));
  }

  @ParameterizedTest
  @ValueSource(strings = {PROC, TASK, TASK_FILE})
  void anOrdinaryUserDoesNotTry(String way) {
    String name = "search-as-a-user-by-" + way;

    kernel.says(name, BLOCKED).because("listener").heldBy(kernel.pids(name)).searchedBy(PROC);
  }

  @Test
  void aFewDescriptorsAreLookedThroughOneByOne() {
    kernel.says("search-of-a-few", BLOCKED).because("listener").searchedBy(PROC);
  }

  /** Each way that is refused leads to the next one. */
  private void assertCrowd(String name, Map<String, String> refusals) {
    List<String> refused =
        Stream.of(TASK, TASK_FILE)
            .takeWhile(refusals::containsKey)
            .map(way -> way + ": " + refusals.get(way))
            .toList();
    String by = List.of(TASK, TASK_FILE, PROC).get(refused.size());

    kernel
        .says(name, BLOCKED)
        .because("listener")
        .heldBy(kernel.pids(name))
        .searchedBy(by, refused.toArray(String[]::new));
  }

  @Test
  void aCrowdIsLookedThroughByTheKernelWhereItCan() {
    assertCrowd("search-in-a-crowd", refusals);
  }

  @Test
  void withoutACompilerInTheKernelTheWayIsTakenThatNeedsNone() {
    Map<String, String> all = new HashMap<>(refusals);
    all.putIfAbsent(TASK, NO_COMPILER);

    assertCrowd("search-in-a-crowd-without-a-compiler", all);
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
}

package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * And each way to search for holders: which of them a kernel goes, and what it says of the others.
 */
abstract class KernelSearchScenarios extends KernelScenarios {
  static final String PROC = "proc";
  static final String KCMP = "kcmp";
  static final String TASK = "bpf-task";
  static final String TASK_FILE = "bpf-task-file";

  /** What a kernel says that has no compiler for a program that needs one: ENOTSUPP. */
  private static final String NO_COMPILER = "bpf PROG_LOAD: errno 524";

  private final Map<String, String> refusals;

  /**
   * Scenarios of that machine.
   *
   * @param refusals the ways that its kernel does not go, each with why
   */
  KernelSearchScenarios(
      EmulatedMachine machine, BoundSockets boundSockets, Map<String, String> refusals) {
    super(machine, boundSockets);
    this.refusals = Map.copyOf(refusals);
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
  @ValueSource(strings = {PROC, KCMP, TASK, TASK_FILE})
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
  @ValueSource(strings = {PROC, KCMP, TASK, TASK_FILE})
  void anOrdinaryUserDoesNotTry(String way) {
    String name = "search-as-a-user-by-" + way;

    kernel
        .says(name, BLOCKED)
        .because("listener")
        .heldBy(kernel.pids(name))
        .searchedBy(way.equals(KCMP) ? KCMP : PROC);
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
    String by = List.of(TASK, TASK_FILE, KCMP).get(refused.size());

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
}

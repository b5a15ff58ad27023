package inuse.zoo;

import static inuse.zoo.KernelSearchScenarios.KCMP;
import static inuse.zoo.KernelSearchScenarios.PROC;
import static inuse.zoo.KernelSearchScenarios.TASK;
import static inuse.zoo.KernelSearchScenarios.TASK_FILE;
import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * While processes are born and die, and tables of descriptors grow and go with them, each way to
 * search for holders names those that stay, every time. A few rounds by default, two thousand with
 * {@code -Plong}.
 */
@Isolated("processes that are born and die leave no time to others")
final class SearchChurnTest extends Scenarios {
  private static final int ROUNDS = Boolean.getBoolean("inuse.long") ? 2_000 : 15;
  private static final List<String> WAYS = List.of(PROC, KCMP, TASK, TASK_FILE);

  SearchChurnTest() {
    super(Way.EXECUTABLE);
  }

  private DiagnosisAssert asked(String way) {
    return lab.question("8080")
        .searchedBy(way)
        .whileSocketsComeAndGo()
        .answer()
        .diagnoses()
        .getFirst()
        .says(BLOCKED);
  }

  private static Set<String> holders(DiagnosisAssert diagnosis) {
    return diagnosis.causes().stream()
        .flatMap(cause ->
            cause.holders().stream()
                .map(holder -> cause.id() + " " + holder.get("pid") + holder.get("fds")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void whoStaysIsNamedByEveryWayEveryTime() {
    Lab.requireRoot("the kernel takes programs of root alone");
    lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "copy s 1000", "fork", "share");
    lab.startOwn(Programs.CHURN, "100", "9000", "9001").awaitReady();
    Map<String, Integer> gone = new TreeMap<>();
    Set<String> first = holders(asked(PROC));
    assertThat(first).hasSize(3);

    for (int round = 0; round < ROUNDS; round++) {
      for (String way : WAYS) {
        DiagnosisAssert answer = asked(way);
        assertThat(holders(answer)).as("%s", answer.output()).isEqualTo(first);
        gone.merge(
            answer.json().getAsJsonObject("search").get("by").getAsString(), 1, Integer::sum);
      }
    }

    // A table that its task gave up meanwhile is read again from /proc: that is rare.
    assertThat(gone.getOrDefault(TASK, 0)).as("%s", gone).isGreaterThan(ROUNDS * 9 / 10);
    assertThat(gone).as("%s", gone).containsEntry(TASK_FILE, ROUNDS).containsEntry(KCMP, ROUNDS);
  }
}

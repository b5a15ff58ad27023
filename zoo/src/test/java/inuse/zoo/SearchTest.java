package inuse.zoo;

import static inuse.zoo.KernelSearchScenarios.KCMP;
import static inuse.zoo.KernelSearchScenarios.PROC;
import static inuse.zoo.KernelSearchScenarios.TASK;
import static inuse.zoo.KernelSearchScenarios.TASK_FILE;
import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However the holders are searched for, by the links of /proc, by comparing tables or by a program
 * in the kernel, they are the same; and the kernel's count of references tells whether anybody was
 * missed. One after the other: a deep look has duplicates of what is in flight anywhere, for a
 * moment.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
@Execution(ExecutionMode.SAME_THREAD)
final class SearchTest extends Scenarios {
  SearchTest(Way way) {
    super(way);
  }

  @BeforeEach
  void rootIsNeeded() {
    Lab.requireRoot("the kernel takes programs of root alone");
  }

  /** The ways to make a socket's holders, as a step for hold after its socket listens. */
  enum Holders {
    ONE("#"),
    TWICE("copy s 9"),
    FAR("copy s 1000"),
    INHERITED("fork"),
    SHARED_TABLE("share"),
    THREADS_OWN_TABLE("hides s thread"),
    DEAD_MAIN_THREAD("hides s zombie"),
    IN_FLIGHT("hides s unix"),
    BLOCKED_ACCEPT("hides s accept"),
    ANOTHER_USERS("uid " + Lab.NOBODY);

    private final String step;

    Holders(String step) {
      this.step = step;
    }
  }

  private DiagnosisAssert asked(String way) {
    AnswerAssert answer = lab.question("8080").searchedBy(way).answer();
    return answer.diagnoses().getFirst().says(BLOCKED);
  }

  private static JsonObject search(DiagnosisAssert diagnosis) {
    return diagnosis.json().getAsJsonObject("search");
  }

  private void assertSame() {
    DiagnosisAssert plain = asked(PROC).searchedBy(PROC);
    for (String way : List.of(KCMP, TASK, TASK_FILE)) {
      DiagnosisAssert quick = asked(way).searchedBy(way);
      assertThat(quick.holders()).as("%s", quick.output()).isEqualTo(plain.holders());
    }
    plain.question().assertHolders();
  }

  @ParameterizedTest
  @EnumSource(Holders.class)
  void everyWayFindsTheSameHolders(Holders how) {
    lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", how.step);

    assertSame();
  }

  @Test
  void aSocketOfMultipathTcpIsFoundByItsNumber() {
    lab.hold("socket s mptcp4", "bind s 0.0.0.0 8080", "listen s");

    assertSame();
  }

  @Test
  void aHolderInAnotherNetworkNamespaceIsFound() {
    lab.hold(
        "socket s tcp4",
        "bind s 0.0.0.0 8080",
        "listen s",
        "netns " + ProcessHandle.current().pid());

    assertSame();
  }

  @Test
  void aHolderInAUserNamespaceOfItsOwnIsFound() {
    lab.startOwn(
            Lab.requireProgram("unshare"),
            "--user",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s")
        .awaitReady();

    assertSame();
  }

  @Test
  void aHolderInAPidNamespaceBelowIsNamedByItsNumberHere() {
    lab.startOwn(
            Lab.requireProgram("unshare"),
            "--pid",
            "--fork",
            "--kill-child",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s")
        .awaitReady();

    assertSame();
  }

  @ParameterizedTest
  @ValueSource(strings = {TASK, TASK_FILE})
  void inAPidNamespaceBelowHoldersHaveTheirNumbersThere(String way) {
    Running shell =
        lab.startForeign(
            Lab.requireProgram("unshare"),
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "sh",
            "-c",
            """
            { "$@" "socket s tcp4" "bind s 0.0.0.0 8080" "listen s" "fork" "pid" "say up"; } | {
              while read -r line && [ "$line" != up ]; do echo "$line"; done
              echo "answer $(INUSE_SEARCH_BY=$0 %s --json 8080 | tr -d ' \\n')"; }
            """
                .formatted(String.join(" ", lab.way().command())),
            way,
            Programs.HOLD.toString());
    long child = Long.parseLong(shell.awaitLine("fork"));
    long holder = Long.parseLong(shell.awaitLine("pid"));
    String answer = shell.awaitLine("answer");

    assertThat(answer)
        .contains("\"by\":\"" + way + "\"")
        .contains("\"pid\":" + holder + ",")
        .contains("\"pid\":" + child + ",")
        .contains("\"proved\":true,\"hidden\":0");
  }

  @ParameterizedTest
  @ValueSource(strings = {TASK, TASK_FILE})
  void asManyReferencesAsDescriptorsProveThatNobodyIsMissing(String way) {
    lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "copy s 1000", "fork");

    JsonObject search = search(asked(way));

    assertThat(search.get("proved").getAsBoolean()).as("%s", search).isTrue();
    assertThat(search.get("hidden").getAsInt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {TASK, TASK_FILE})
  void aHiddenHolderBesideAVisibleOneIsCounted(String way) {
    lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "copy s 9", "hides s unix");

    DiagnosisAssert diagnosis = asked(way);

    assertThat(search(diagnosis).get("hidden").getAsInt()).isEqualTo(1);
    diagnosis.note("hidden-reference").contains("one more reference to this socket");
  }

  @Test
  void whatTheKernelDoesNotTakeIsReadFromProc() {
    Running server = lab.listener(8080);

    lab.question("8080")
        .searchedBy(TASK)
        .withoutCall("bpf", "EPERM")
        .answer()
        .diagnoses()
        .getFirst()
        .heldBy(server)
        .searchedBy(PROC, "bpf-task: bpf PROG_LOAD: EPERM");
  }

  @Test
  void whoHasNoCapabilityForItDoesNotTry() {
    Running server =
        lab.hold("uid " + Lab.NOBODY, "socket s tcp4", "bind s 0.0.0.0 8080", "listen s");

    lab.question("8080")
        .searchedBy(TASK)
        .by(Lab.NOBODY)
        .answer()
        .diagnoses()
        .getFirst()
        .heldBy(server)
        .searchedBy(PROC);
  }

  @Test
  void theCrowdOfAnOrdinaryUserIsCompared() {
    List<String> steps =
        new ArrayList<>(
            List.of(
                "uid " + Lab.NOBODY,
                "socket s tcp4",
                "bind s 0.0.0.0 8080",
                "listen s",
                "socket u udp4"));
    for (int fd = 10; fd < 110; fd++) {
      steps.add("copy u " + fd);
    }
    steps.addAll(Collections.nCopies(70, "fork"));
    lab.hold(steps.toArray(String[]::new));

    DiagnosisAssert quick = askedAsNobody("").searchedBy(KCMP);

    assertThat(quick.holders())
        .isEqualTo(askedAsNobody(PROC).searchedBy(PROC).holders())
        .singleElement()
        .satisfies(all -> assertThat(all.split("\\[", -1)).hasSize(72));
  }

  private DiagnosisAssert askedAsNobody(String way) {
    return lab.question("8080")
        .searchedBy(way)
        .by(Lab.NOBODY)
        .answer()
        .diagnoses()
        .getFirst()
        .says(BLOCKED);
  }

  @Test
  void aQuietSearchIsOfProc() {
    lab.listener(8080);

    assertThat(search(asked("")).get("refused").getAsJsonArray()).isEmpty();
  }
}

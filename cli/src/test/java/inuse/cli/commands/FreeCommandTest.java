package inuse.cli.commands;

import static inuse.kernel.abi.Constants.AF_NETLINK;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import inuse.cli.FakeHost;
import inuse.kernel.Errno;
import inuse.render.Schema;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code inuse free}: what it says, and what it ends with. */
final class FreeCommandTest {
  private final FakeHost host = new FakeHost();

  @AfterEach
  void everythingThatWasOpenedWasClosed() {
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private String out() {
    return host.kernel.stdout();
  }

  private JsonNode result() {
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Schema.TEXT)
                .validate(out(), InputFormat.JSON))
        .isEmpty();
    return new JsonMapper().readTree(out()).at("/results/0");
  }

  @Test
  void whatIsFreeAlreadyIsDone() {
    assertThat(host.run("free", "8080")).isZero();
    assertThat(out()).isEqualTo("8080 is free already: a real bind succeeded\n");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void withYesItIsPlannedDoneAndProved() {
    host.held().obeys(15, 12);

    assertThat(host.run("free", "--yes", "8080")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            8080 is in use: server (pid 10, alice) listens on 0.0.0.0:8080
              who    server -v
                     in /home/alice, started 100 s ago
              plan   SIGTERM to server (pid 10), and SIGKILL to what is left after 10 s
              did    server (pid 10) has ended, 12 ms after SIGTERM
            8080 is free again: a real bind succeeded
            """);
    assertThat(host.kernel.signals()).containsExactly("10 15");
    assertThat(host.kernel.stderr()).isEmpty();
  }

  @Test
  void whoSurvivesIsKilledAfterTheGrace() {
    host.held().obeys(9, 1);

    assertThat(host.run("free", "-y", "--grace", "200ms", "8080")).isZero();
    assertThat(out())
        .contains("was ended by SIGKILL, 201 ms after the first signal")
        .contains("free again, by force");
    assertThat(host.kernel.signals()).containsExactly("10 15", "10 9");
  }

  @Test
  void withoutATerminalAndYesNothingIsDoneAndTheLineIsSaid() {
    host.held();

    assertThat(host.run("free", "8080")).isEqualTo(4);
    assertThat(out())
        .contains("  plan   SIGTERM to server (pid 10)")
        .contains("not confirmed: there is no terminal to ask on, and --yes was not given")
        .contains("  fix    inuse free --yes 8080\n");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void theSameInJsonIsAResult() {
    host.held();

    assertThat(host.run("free", "--json", "8080")).isEqualTo(4);
    assertThat(result().at("/outcome").asString()).isEqualTo("refused");
    assertThat(result().at("/instead").asString()).isEqualTo("inuse free --yes --json 8080");
    assertThat(result().at("/message").asString()).startsWith("not confirmed");
  }

  @ParameterizedTest
  @CsvSource({"y, 0", "Yes, 0", "n, 1", "'', 1", "no, 1"})
  void onATerminalSomebodyIsAsked(String answer, int status) {
    host.held().obeys(15, 1).kernel.terminal(80).stdin(answer + "\n");

    assertThat(host.run("free", "8080")).isEqualTo(status);
    assertThat(host.kernel.stderr()).startsWith("go on? [y/N] ");
    assertThat(host.kernel.signals()).hasSize(status == 0 ? 1 : 0);
  }

  @Test
  void whereNobodyTypesAnythingNothingIsDone() {
    host.held().kernel.terminal(80);

    assertThat(host.run("free", "8080")).isEqualTo(1);
    assertThat(out()).contains("you said no");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--json", "--quiet"})
  void aProgramIsNotAskedEvenOnATerminal(String option) {
    host.held().kernel.terminal(80).stdin("y\n");

    assertThat(host.run("free", option, "8080")).isEqualTo(4);
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void aDryRunIsThePlanAlone() {
    host.held();

    assertThat(host.run("free", "-n", "8080")).isZero();
    assertThat(out()).contains("  plan   SIGTERM").doesNotContain("free");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void aDryRunInJsonHasPlannedStepsAndNoOutcome() {
    host.held();

    assertThat(host.run("free", "-n", "--json", "8080")).isZero();
    assertThat(result().at("/outcome").isNull()).isTrue();
    assertThat(result().at("/steps").toString())
        .isEqualTo(
            "[{\"remedy\":\"terminate\",\"pid\":10,\"socket_uid\":null,\"signal\":\"SIGTERM\",\"result\":\"planned\","
                + "\"after_ms\":0}]");
  }

  @Test
  void inJsonThereIsTheDocumentAlone() {
    host.held().obeys(15, 12);

    assertThat(host.run("free", "-y", "--json", "8080")).isZero();
    assertThat(result().at("/outcome").asString()).isEqualTo("freed");
    assertThat(result().at("/verified_by").asString()).isEqualTo("bind");
    assertThat(result().at("/steps/0/after_ms").asInt()).isEqualTo(12);
  }

  @Test
  void quietIsQuiet() {
    host.held().obeys(15, 12);

    assertThat(host.run("free", "-yq", "8080")).isZero();
    assertThat(out() + host.kernel.stderr()).isEmpty();
  }

  @Test
  void withNoKillItMayStayHeld() {
    host.held();

    assertThat(host.run("free", "-y", "--no-kill", "--grace", "1s", "8080")).isEqualTo(1);
    assertThat(out())
        .contains("has not ended, 1.0 s after SIGTERM")
        .contains("8080 is still held")
        .contains("why    server (pid 10, alice) listens on 0.0.0.0:8080");
  }

  @Test
  void whenTheTimeIsOverThatIsSaid() {
    host.held();

    assertThat(host.run("free", "-y", "--timeout", "300ms", "8080")).isEqualTo(1);
    assertThat(out()).contains("timed out: 8080 is still in use");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @Test
  void aRuleEndsWithFourAndNoLineThatEndsAnAncestor() {
    host.held()
        .kernel
        .file(
            "/proc/4242/stat", "4242 (inuse) S 10 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 90000 0 0\n");

    assertThat(host.run("free", "-y", "8080")).isEqualTo(4);
    assertThat(out())
        .contains("cannot free 8080\n")
        .contains("why    server (pid 10, alice) is left running: this very program runs below it")
        .doesNotContain("fix", "kill");
  }

  @Test
  void aLimitEndsWithFourAndNoLineThatWouldBreakIt() {
    host.held();

    assertThat(host.run("free", "-y", "--command", "nginx", "8080")).isEqualTo(4);
    assertThat(out())
        .contains("cannot free 8080\n")
        .contains(
            "why    server (pid 10, alice) is left running: its name is not the one that --command"
                + " says")
        .doesNotContain("fix    ");
  }

  /** Whose socket it is, is known, though its process may not be seen. */
  @Test
  void onlyMineIsNotInvertedByALineForRoot() {
    host.heldBy(0).kernel.refuse("open", "/proc/10/fd", Errno.EACCES);

    assertThat(host.run("free", "-y", "--only-mine", "8080")).isEqualTo(4);
    assertThat(out()).contains("--only-mine was given").doesNotContain("sudo");
  }

  @Test
  void whatIsMineAndMayNotBeSeenIsLeftToRootOnMyBehalf() {
    host.held().kernel.refuse("open", "/proc/10/fd", Errno.EACCES);

    assertThat(host.run("free", "-y", "--only-mine", "8080")).isEqualTo(3);
    assertThat(out()).contains("fix    sudo inuse free -y --only-mine 8080\n");
  }

  @ParameterizedTest
  @CsvSource({"1000, 0", "33, 4", "0, 4"})
  void underSudoOnlyMineIsWhoRanIt(long uid, int code) {
    host.heldBy(uid).obeys(15, 20).kernel.user(0).file("/proc/self/environ", "SUDO_UID=1000\0");

    assertThat(host.run("free", "-y", "--only-mine", "--settle=0", "8080")).isEqualTo(code);
  }

  @Test
  void whoMayNotIsGivenTheLineToRun() {
    host.held().kernel.file("/proc/10/status", "Name:\tserver\nUid:\t33\t33\t33\t33\n");

    assertThat(host.run("free", "-y", "--grace=5s", "8080")).isEqualTo(3);
    assertThat(out())
        .contains("cannot free 8080: permission denied\n")
        .contains("fix    sudo inuse free -y --grace=5s 8080\n");
  }

  @Test
  void theKernelMayDenyTheSignalItself() {
    host.held().kernel.refuse("pidfd_send_signal", "", Errno.of(-1));

    assertThat(host.run("free", "-y", "8080")).isEqualTo(3);
    assertThat(out()).contains("server (pid 10) not permitted").contains("fix    sudo inuse free");
  }

  @Test
  void rootThatIsDeniedIsNotToldToBecomeRoot() {
    host.held().kernel.user(0).refuse("pidfd_send_signal", "", Errno.of(-1));

    assertThat(host.run("free", "-y", "8080")).isEqualTo(3);
    assertThat(out()).contains("server (pid 10) not permitted").doesNotContain("sudo");
  }

  @Test
  void verboseTellsEachActWithWhoWhatAndWhen() {
    host.held().obeys(15, 12);

    assertThat(host.run("free", "-yv", "8080")).isZero();
    assertThat(host.kernel.stderr())
        .matches(
            "2027-01-15T\\d\\d:\\d\\d:\\d\\dZ inuse\\[4242]: uid 1000 freeing 8080: terminate pid"
                + " 10 \\(server\\) SIGTERM: exited after 12 ms\n");
  }

  @Test
  void whereNobodyLogsTheActIsToldAllTheSame() {
    host.held().obeys(15, 12);

    assertThat(host.run("free", "-y", "--log", "8080")).isZero();
    assertThat(host.kernel.stderr())
        .startsWith("inuse: nothing listens on /dev/log to log: ")
        .contains("freeing 8080: terminate pid 10");
  }

  @Test
  void anInterruptionSaysWhatWasDone() {
    host.held().kernel.onSignal(10, 15, () -> host.later(50, host.kernel::raise));

    assertThat(host.run("free", "-y", "8080")).isEqualTo(1);
    assertThat(out()).contains("has not ended, 50 ms").contains("interrupted; what was done");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @Test
  void whoGetsTheSocketInsteadIsNamedAndNotTouched() {
    host.held().passesItsSocketOn();

    assertThat(host.run("free", "-y", "8080")).isEqualTo(1);
    assertThat(out())
        .contains("did    server (pid 10) has ended")
        .contains("8080 is still held\n")
        .contains("why    daemon (pid 11, alice) listens on 0.0.0.0:8080; that was not agreed to")
        .contains("fix    inuse free 8080\n");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @Test
  void thatIsStillHeldInJson() {
    host.held().passesItsSocketOn();

    assertThat(host.run("free", "-y", "--json", "8080")).isEqualTo(1);
    assertThat(result().at("/outcome").asString()).isEqualTo("still-held");
    assertThat(result().at("/message").asString()).contains("daemon (pid 11, alice)");
    assertThat(result().at("/steps").size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"y, 0", "n, 1", "'', 1"})
  void onATerminalItIsAskedAboutAnew(String second, int status) {
    host.held().passesItsSocketOn().kernel.terminal(80).stdin("y\n").answers(second + "\n");

    assertThat(host.run("free", "8080")).isEqualTo(status);
    assertThat(out())
        .contains("plan   SIGTERM to server (pid 10)")
        .contains("did    server (pid 10) has ended")
        .contains("plan   SIGTERM to daemon (pid 11)")
        .contains(status == 0 ? "8080 is free again" : "you said no");
    assertThat(host.kernel.stderr()).isEqualTo("go on? [y/N] go on? [y/N] ");
    assertThat(host.kernel.signals())
        .isEqualTo(status == 0 ? List.of("10 15", "11 15") : List.of("10 15"));
  }

  @Test
  void anAnswerThatWasTypedBeforeTheQuestionIsNone() {
    host.held().passesItsSocketOn().kernel.terminal(80).stdin("y\n").stdin("y\n");

    assertThat(host.run("free", "8080")).isEqualTo(1);
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @Test
  void aChildThatIsForkedMeanwhileIsEndedToo() {
    host.held().forks();

    assertThat(host.run("free", "-y", "8080")).isZero();
    assertThat(host.kernel.signals()).containsExactly("10 15", "11 15");
  }

  @Test
  void theLimitCountsTheWholeRun() {
    host.held().forks();

    assertThat(host.run("free", "-y", "--max=1", "8080")).isEqualTo(1);
    assertThat(out())
        .contains("2 processes would be ended, with the 1 before, more than --max 1 allows");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @Test
  void theLimitCountsAllTargets() {
    host.held().obeys(15, 1);
    host.kernel.onSignal(10, 15, () -> host.later(1, host::ends).later(1100, host::held));

    assertThat(host.run("free", "-y", "--max=1", "--settle=0", "8080", "8080")).isZero();
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @Test
  void whoComesBackIsSeen() {
    host.held().kernel.onSignal(10, 15, () -> host.later(5, host::ends).later(400, host::held));

    assertThat(host.run("free", "-y", "8080")).isEqualTo(1);
    assertThat(out()).contains("8080 was free, and is held again");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @Test
  void whereTheUserMayNotBindTheTableIsTheProof() {
    host.held()
        .obeys(15, 12)
        .kernel
        .file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "9000\n")
        .binds((socket, address) -> socket.domain() == AF_NETLINK ? 0 : -Errno.EACCES.code());

    assertThat(host.run("free", "-y", "8080")).isZero();
    assertThat(out())
        .contains("8080 is free again: no socket is in the way (you cannot bind there yourself)");
  }

  @Test
  void whereNothingHoldsAPrivilegedPortRootMay() {
    host.kernel
        .file("/proc/sys/net/ipv4/ip_unprivileged_port_start", "9000\n")
        .binds((socket, address) -> socket.domain() == AF_NETLINK ? 0 : -Errno.EACCES.code());

    assertThat(host.run("free", "-y", "8080")).isEqualTo(3);
    assertThat(out()).contains("fix    sudo inuse free -y 8080\n");
  }

  @Test
  void ofSeveralTheWorstCounts() {
    host.held();

    assertThat(host.run("free", "8080", "8081")).isEqualTo(4);
    assertThat(out()).contains("8081 is free already");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--grace=x", "--max=0", "--signal=x", "--under=/nowhere"})
  void aValueThatMakesNoSenseIsWrongUsage(String option) {
    host.held();

    assertThat(host.run("free", "-y", option, "8080")).isEqualTo(2);
    assertThat(host.kernel.stderr()).endsWith("; try: inuse free --help\n");
    assertThat(host.kernel.signals()).isEmpty();
  }
}

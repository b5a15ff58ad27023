package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Services and sockets of a real systemd. */
@Execution(ExecutionMode.SAME_THREAD)
@ParameterizedClass(name = "{0}")
@EnumSource
final class SystemdTest extends Scenarios {
  @RegisterExtension static final SystemdLab SYSTEMD = new SystemdLab();

  SystemdTest(Way way) {
    super(way, SYSTEMD);
  }

  private static final String SERVICE =
      """
      [Service]
      ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 8080
      WorkingDirectory=/run
      Restart=always
      RestartSec=0
      """;

  private static void startService() {
    Lab.requireProgram("python3");
    SYSTEMD.unit("site.service", SERVICE);
    SYSTEMD.start("site.service");
  }

  @Test
  void aServiceThatIsRestartedForEverIsStoppedThroughItsUnit() {
    startService();
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(SYSTEMD.mainPid("site.service"));
    CauseAssert cause = diagnosis.cause("listener").hasRemedy("stop-unit");
    assertThat(cause.holders().getFirst().get("supervisor").toString()).contains("site.service");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aServiceOfAnotherUserIsNamedWithItsUnit() {
    Lab.requireProgram("python3");
    SYSTEMD.unit("site.service", "[Service]\nUser=nobody\n" + SERVICE.replace("[Service]\n", ""));
    SYSTEMD.start("site.service");
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(SYSTEMD.mainPid("site.service"));
    diagnosis.cause("listener").socketsHave("uid", Lab.NOBODY).hasRemedy("stop-unit");
    diagnosis.firstRemedyGivesItBack();
  }

  private static final String SOCKET =
      """
      [Socket]
      ListenStream=127.0.0.1:8081
      """;

  private static final String BEHIND_THE_SOCKET =
      """
      [Service]
      ExecStart=/bin/sleep infinity
      """;

  private static void startSocket() {
    SYSTEMD.unit("wake.service", BEHIND_THE_SOCKET);
    SYSTEMD.unit("wake.socket", SOCKET);
    SYSTEMD.start("wake.socket");
  }

  @Test
  void aSocketUnitIsNamedThoughNoServiceRuns() {
    startSocket();

    DiagnosisAssert diagnosis =
        lab.ask("8081").says(BLOCKED).because("socket-activation").heldBy(1);
    assertThat(diagnosis.cause("socket-activation").remedies().getFirst().get("command").toString())
        .contains("wake.socket")
        .contains("wake.service");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void anOrdinaryUserIsToldTheUnitOfAServiceWhoseProcessIsHidden() {
    startService();
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.question("8080")
            .by(Lab.NOBODY)
            .ask()
            .says(BLOCKED)
            .because("hidden-holder")
            .heldByNobody();
    assertThat(diagnosis.cause("hidden-holder").sockets().getFirst().get("cgroup").getAsString())
        .isEqualTo("/system.slice/site.service");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aServiceThatGotItsSocketFromAUnitIsStoppedTogetherWithIt() {
    startSocket();
    SYSTEMD.start("wake.service");

    lab.ask("8081")
        .says(BLOCKED)
        .because("socket-activation")
        .heldBy(1, SYSTEMD.mainPid("wake.service"))
        .firstRemedyGivesItBack();
  }

  @Test
  void anOrdinaryUserIsToldOfTheSocketUnitToo() {
    startSocket();

    lab.question("8081")
        .by(Lab.NOBODY)
        .ask()
        .says(BLOCKED)
        .because("socket-activation")
        .heldByNobody();
  }

  @Test
  void theRestartPolicyOfAServiceIsSaid() {
    startService();
    lab.awaitState(8080, "LISTEN");

    CauseAssert cause = lab.ask("8080").cause("listener");
    assertThat(
            cause.holders().getFirst().getAsJsonObject("supervisor").get("restart").getAsString())
        .isEqualTo("always");
  }

  @Test
  void aServerInTmuxIsSaidToBeThere() {
    Lab.requireProgram("tmux");
    Lab.requireProgram("python3");
    SYSTEMD.run(
        "tmux",
        "-L",
        "zoo",
        "new-session",
        "-d",
        "exec /usr/bin/python3 -m http.server --bind 127.0.0.1 8082");
    lab.awaitState(8082, "LISTEN");

    long server =
        Long.parseLong(
            SYSTEMD.run("tmux", "-L", "zoo", "list-panes", "-a", "-F", "#{pane_pid}").strip());
    DiagnosisAssert diagnosis =
        lab.ask("8082").says(BLOCKED).because("listener").heldBy(server).notes();
    assertThat(
            diagnosis
                .cause("listener")
                .holders()
                .getFirst()
                .getAsJsonObject("supervisor")
                .get("kind")
                .getAsString())
        .isEqualTo("tmux");
    diagnosis.firstRemedyGivesItBack();
  }
}

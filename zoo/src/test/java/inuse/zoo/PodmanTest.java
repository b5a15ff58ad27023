package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers of a real Podman. */
@Execution(ExecutionMode.SAME_THREAD)
@ParameterizedClass(name = "{0}")
@EnumSource
final class PodmanTest extends Scenarios {
  @RegisterExtension static final PodmanLab PODMAN = new PodmanLab();

  PodmanTest(Way way) {
    super(way, PODMAN);
  }

  @Test
  void aProcessInAContainerOnTheHostsNetworkIsStoppedThroughItsContainer() {
    PODMAN.start("web", "--network=host", "--", "/bin/httpd", "-f", "-p", "8080");
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(PODMAN.pid("web"));
    diagnosis.cause("listener").hasRemedy("stop-container");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aProcessInAContainerIsFoundFromOutside() {
    PODMAN.start("web", "--", "/bin/httpd", "-f", "-p", "80");
    Lab inside = lab.at(PODMAN.network("web"));
    inside.awaitState(80, "LISTEN");
    LabPlace kept = PODMAN.network(inside.hold("pid"));

    lab.question("--container", PODMAN.id("web"), "80")
        .about(lab.at(kept))
        .ask()
        .says(BLOCKED)
        .because("listener")
        .heldBy(PODMAN.pid("web"))
        .firstRemedyGivesItBack();
  }

  @Test
  void aPublishedPortIsHeldByConmonAndGivenBackByStoppingTheContainer() {
    PODMAN.start("web", "--publish=8080:80", "--", "/bin/httpd", "-f", "-p", "80");
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("container-port").heldBy(PODMAN.pidsOf("conmon"));
    CauseAssert cause = diagnosis.cause("container-port").hasRemedy("stop-container");
    assertThat(cause.holders().getFirst().getAsJsonObject("container").get("name").getAsString())
        .isEqualTo("web");
    PODMAN.start("sibling", "--", "/bin/sleep", "1000");
    diagnosis.firstRemedyGivesItBack();
    assertThat(PODMAN.isRunning("web")).isFalse();
    assertThat(PODMAN.isRunning("sibling")).isTrue();
  }
}

package inuse.zoo;

import static inuse.zoo.Verdict.BLOCKED;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers of a real dockerd. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class DockerTest extends Scenarios {
  @RegisterExtension static final DockerLab DOCKER = new DockerLab();

  DockerTest(Way way) {
    super(way, DOCKER);
  }

  @Test
  void aProcessInAContainerOnTheHostsNetworkIsStoppedThroughItsContainer() {
    DOCKER.start("web", "--network=host", "--", "/bin/httpd", "-f", "-p", "8080");
    lab.awaitState(8080, "LISTEN");

    Diagnosis diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(DOCKER.pid("web"));
    diagnosis.cause("listener").hasRemedy("stop-container");
    diagnosis.firstRemedyGivesItBack();
  }
}

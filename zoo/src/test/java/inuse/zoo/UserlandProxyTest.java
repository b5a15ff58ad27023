package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A dockerd that holds the published ports itself. */
@Execution(ExecutionMode.SAME_THREAD)
final class UserlandProxyTest extends Scenarios {
  @RegisterExtension static final DockerLab DOCKER = new DockerLab("--userland-proxy=false");

  UserlandProxyTest() {
    super(Way.EXECUTABLE, DOCKER);
  }

  @Test
  void aPortThatTheDaemonHoldsItselfIsItsContainersAndTheDaemonGoesOn() {
    DOCKER.start("web", "--publish=8080:80", "--", "/bin/httpd", "-f", "-p", "80");
    lab.awaitState(8080, "LISTEN");
    long[] daemon = DOCKER.pidsOf("dockerd");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("container-port").heldBy(daemon);

    diagnosis.cause("container-port").summary("web").hasRemedy("stop-container");
    diagnosis.firstRemedyGivesItBack();
    assertThat(DOCKER.isRunning("web")).isFalse();
    assertThat(DOCKER.pidsOf("dockerd")).isEqualTo(daemon);
  }
}

package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A Podman that has forgotten its containers, while one of them runs on. */
@Execution(ExecutionMode.SAME_THREAD)
final class PodmanResetTest extends Scenarios {
  @RegisterExtension static final PodmanLab PODMAN = new PodmanLab();

  PodmanResetTest() {
    super(Way.EXECUTABLE, PODMAN);
  }

  /** As after a reset, or when its database was removed by hand. */
  @Test
  void theConmonOfAForgottenContainerIsEndedItself() {
    PODMAN.run(
        "podman",
        "run",
        "--detach",
        "--publish=8080:80",
        "--rootfs",
        "/run/tiny",
        "/bin/sh",
        "-c",
        "trap exit TERM; /bin/httpd -f -p 80 & wait");
    lab.awaitState(8080, "LISTEN");
    PODMAN.run("rm", "-rf", "/var/lib/containers/storage/libpod");
    assertThat(PODMAN.run("podman", "ps", "--all", "--quiet")).isEmpty();

    DiagnosisAssert diagnosis =
        lab.question("8080")
            .mayRunOutOfTime()
            .ask()
            .says(BLOCKED)
            .because("container-port")
            .heldBy(PODMAN.pidsOf("conmon"));

    diagnosis.cause("container-port").summary("which its engine no longer knows");
    diagnosis.firstRemedyGivesItBack();
    assertThat(PODMAN.run("sh", "-c", "pidof conmon || echo none")).isEqualTo("none");
  }
}

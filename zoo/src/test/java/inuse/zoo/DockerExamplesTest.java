package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The Dockerfiles in examples/docker, built and run by a real dockerd. */
@Execution(ExecutionMode.SAME_THREAD)
final class DockerExamplesTest extends Scenarios {
  @RegisterExtension static final DockerLab DOCKER = new DockerLab();

  private final List<String> containers = new ArrayList<>();

  DockerExamplesTest() {
    super(Way.EXECUTABLE, DOCKER);
  }

  @AfterEach
  void remove() {
    for (String container : containers) {
      DOCKER.run("docker", "rm", "--force", container);
    }
  }

  /** Makes an image of that name; no registry is asked, since the base is here already. */
  private static void build(String dockerfile) {
    String context = "/run/" + dockerfile;
    DOCKER.run("mkdir", "-p", context);
    DOCKER.write(context + "/Dockerfile", Example.text("docker/" + dockerfile));
    DOCKER.run("cp", Programs.EXECUTABLE.toString(), context + "/inuse");
    DOCKER.run("docker", "tag", "tiny", "busybox");
    String tag = dockerfile.toLowerCase(Locale.ROOT);
    DOCKER.run("env", "DOCKER_BUILDKIT=0", "docker", "build", "--tag", tag, context);
  }

  private void start(String name, String image, String... options) {
    List<String> command = new ArrayList<>(List.of("docker", "run", "--detach", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("--network=host", image));
    containers.add(name);
    DOCKER.run(command.toArray(String[]::new));
  }

  private void get() {
    lab.awaitState(8080, "LISTEN");
    // The site is empty: what counts is that somebody answers.
    lab.run(
        "busybox", "sh", "-c", "busybox wget -O - http://127.0.0.1:8080/ 2>&1 | grep -q 'HTTP/1'");
  }

  private static String log(String container) {
    return DOCKER.run("sh", "-c", "docker logs \"$1\" 2>&1", "-", container);
  }

  /** The name of its first process. */
  private static String programOf(String container) {
    return DOCKER.run("cat", "/proc/" + DOCKER.pid(container) + "/comm");
  }

  @Test
  void theNewContainerWaitsUntilTheOldOneIsGone() {
    build("Dockerfile");
    start("old", "dockerfile");
    get();
    assertThat(programOf("old")).isEqualTo("httpd");

    start("new", "dockerfile");
    assertThat(DOCKER.isRunning("new")).isTrue();
    assertThat(programOf("new")).isEqualTo("inuse");
    DOCKER.run("docker", "kill", "old");

    DOCKER.awaitSuccess("grep", "-q", "httpd", "/proc/" + DOCKER.pid("new") + "/comm");
    get();
  }

  @Test
  void theGuardWaitsAtTheServersVeryBindAndIsAGoodInit() {
    build("Dockerfile.guard");
    Running holder =
        lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080", "listen s");
    start("web", "dockerfile.guard", "--cap-add=SYS_PTRACE");
    // Whoever waits for the server is there.
    DOCKER.awaitSuccess("sh", "-c", "grep -qa -e '--no-[s]tart' /proc/[0-9]*/cmdline");
    assertThat(log("web")).doesNotContain("without --guard");

    holder.close();

    get();
    DOCKER.run("docker", "stop", "web");
    assertThat(DOCKER.run("docker", "inspect", "--format", "{{.State.ExitCode}}", "web"))
        .as("ended by SIGTERM, not killed after ten seconds")
        .isEqualTo("143");
  }

  @Test
  void withoutTheCapabilityTheGuardSaysSoAndTheServerStarts() {
    build("Dockerfile.guard");

    start("web", "dockerfile.guard");

    get();
    assertThat(log("web")).contains("going on without --guard: pidfd_getfd: EPERM");
  }
}

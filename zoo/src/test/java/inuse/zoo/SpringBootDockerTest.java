package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Spring Boot application says when a container has its port. */
@Execution(ExecutionMode.SAME_THREAD)
final class SpringBootDockerTest extends Scenarios {
  @RegisterExtension static final DockerLab DOCKER = new DockerLab();

  SpringBootDockerTest() {
    super(Way.EXECUTABLE, DOCKER);
  }

  @Test
  void theReportNamesTheContainerAndHowToStopIt() {
    names(BootApplication.NETTY_4_1);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("long")
  void eachApplicationNamesIt(BootApplication application) {
    names(application);
  }

  private void names(BootApplication application) {
    DOCKER.start("web", "--publish=8080:80", "--", "/bin/httpd", "-f", "-p", "80");
    lab.awaitState(8080, "LISTEN");

    Output output = lab.output(SpringBootTest.withAnalyzer(application).toArray(String[]::new));

    assertThat(output.exitCode()).as("%s", output).isEqualTo(1);
    assertThat(output.standardOutput())
        .contains("Description:\n\n" + SpringBootTest.TAKEN + "\n8080 is in use: docker-proxy")
        .contains("for port 80 of docker container web", "\n\nAction:\n\ndocker stop web");
  }
}

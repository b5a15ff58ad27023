package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The projects in examples/java, each built and run as it stands, where its port is taken and not.
 */
final class JavaExamplesTest extends Scenarios {
  @TempDir private Path directory;

  JavaExamplesTest() {
    super(Way.EXECUTABLE);
  }

  /** Built where the network is, so that what is missing can be fetched. */
  private Example afterMaven(String name, String... goals) {
    Example example = new Example("java/" + name, lab, directory).requires("mvn");
    Registry.fetched(
        "examples/java/" + name,
        example.prepare(JavaLibraries.maven(goals).toArray(String[]::new)));
    return example;
  }

  private static String[] offline(String goal) {
    return JavaLibraries.maven("--offline", goal).toArray(String[]::new);
  }

  @Test
  void aProgramSaysWhoHasItsPort() {
    Example example = afterMaven("library", "package");

    saysWhoHasItsPort(
        example, "java", "-cp", "target/server.jar:target/libraries/*", "example.Server", "8080");
  }

  @Test
  void aSpringBootApplicationSaysWhoHasItsPort() {
    Example example = afterMaven("spring-boot", "package");

    saysWhoHasItsPort(example, "java", "-jar", "target/server.jar");
  }

  private void saysWhoHasItsPort(Example example, String... server) {
    Running first = example.start(server);
    lab.awaitState(8080, "LISTEN");

    Output second = example.run(server);

    assertThat(second.exitCode()).as("%s", second).isEqualTo(1);
    assertThat(second.standardOutput() + second.standardError())
        .contains("8080 is in use: java (pid " + first.pid() + ", ", "\ninuse free 8080")
        .doesNotContain("\tat ");
    assertThat(first.isAlive()).isTrue();
  }

  @Test
  void aTestSaysWhoHasThePortThatItNeeds() {
    Example example = afterMaven("junit", "test", "-Dtest=HeldPortTest");
    Running holder = lab.listener(8080);

    Output failing = example.run(offline("test"));

    assertThat(failing.exitCode()).as("%s", failing).isEqualTo(1);
    assertThat(failing.standardOutput())
        .contains(
            "8080 is in use: hold (pid " + holder.pid() + ", ",
            "Tests run: 2, Failures: 1, Errors: 0");
  }

  @Test
  void aBuildHasPortsOfItsOwnAndSaysWhoHasTheOneThatItNeeds() {
    Example example = afterMaven("maven", "package");
    assertThat(example.run(offline("verify")).exitCode()).isZero();
    Running holder = lab.listener(8080);

    Output failing = example.run(offline("verify"));

    assertThat(failing.exitCode()).as("%s", failing).isEqualTo(1);
    assertThat(failing.standardOutput())
        .contains("8080 is in use: hold (pid " + holder.pid() + ", ", "free 8080");
  }
}

package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ready-made uses in examples/, each as it stands, where its port is taken. */
final class ExamplesTest extends Scenarios {
  /** What npm and Maven say where there is no registry, and nothing that was fetched before. */
  private static final Pattern NO_REGISTRY =
      Pattern.compile(
          "ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENOTCACHED|ERR_SOCKET_TIMEOUT"
              + "|Could not transfer|Cannot access|offline mode|Non-resolvable");

  @TempDir private Path directory;

  ExamplesTest() {
    super(Way.EXECUTABLE);
  }

  private Example example(String name, String... programs) {
    return new Example(name, lab, directory).requires("python3").requires(programs);
  }

  @Test
  void npmStartSaysWhoIsInTheWay() {
    Example node = example("node", "node", "npm");
    Running first = node.start("npm", "start");
    long server = node.server(8080);

    Running second = node.start("npm", "start");

    assertThat(second.awaitLine("[::]:8080, for a server with SO_REUSEADDR,"))
        .startsWith("is in use: node (pid " + server + ", ");
    assertThat(second.awaitExit()).isEqualTo(1);
    assertThat(first.isAlive()).isTrue();
  }

  @Test
  void npmRunDevReplacesTheOneBefore() {
    Example node = example("node", "node", "npm");
    Running first = node.start("npm", "run", "dev");
    long server = node.server(8080);

    Running second = node.start("npm", "run", "dev");

    assertThat(first.awaitExit()).isEqualTo(143);
    assertThat(node.server(8080)).isNotEqualTo(server);
    assertThat(second.isAlive()).isTrue();
  }

  @Test
  void nodemonIsNotStoppedByWhatAnotherLeftBehind() throws IOException {
    Example node = example("node", "node", "npm");
    fetched(
        "nodemon", node.prepare("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"));
    String[] watch = {"node", "node_modules/nodemon/bin/nodemon.js", "server.js"};
    assertThat(Example.text("node/package.json")).contains("\"watch\": \"nodemon server.js\"");
    Running killed = node.start(watch);
    long orphan = node.server(8080);
    killed.killAlone();

    node.start(watch);

    Example.awaitEnd(orphan);
    long server = node.server(8080);
    Path program = node.directory().resolve("server.js");
    Files.writeString(program, Files.readString(program) + "// changed\n");
    Example.awaitEnd(server);
    assertThat(node.server(8080)).isNotIn(orphan, server);
  }

  @Test
  void makeServeTakesTheNextPort() {
    Running holder = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s");
    Example make = example("make", "make");

    make.start("make", "serve");

    make.server(8081);
    assertThat(holder.isAlive()).isTrue();
  }

  @Test
  void makeRestartReplacesTheOneThatRuns() {
    Example make = example("make", "make");
    make.start("make", "restart");
    long first = make.server(8080);

    make.start("make", "restart");

    Example.awaitEnd(first);
    assertThat(make.server(8080)).isNotEqualTo(first);
  }

  @Test
  void aForemanIsNotStoppedByWhatAnotherLeftBehind() {
    Example procfile = example("procfile", "foreman");
    Running killed = procfile.start("foreman", "start");
    long orphan = procfile.server(5000);
    killed.killAlone();

    procfile.start("foreman", "start");

    Example.awaitEnd(orphan);
    assertThat(procfile.server(5000)).isNotEqualTo(orphan);
  }

  @Test
  void springBootReplacesTheRunBefore() {
    Example boot = example("spring-boot", "mvn");
    fetched("Spring Boot", boot.prepare(maven().toArray(String[]::new)));
    Running first = boot.start("./start");
    assertThat(boot.server(8080)).isEqualTo(first.pid());

    Running second = boot.start("./start");

    assertThat(first.awaitExit()).isEqualTo(143);
    assertThat(boot.server(8080)).isEqualTo(second.pid());
  }

  /** As the tests themselves are built: from the same repository, offline if they are. */
  private static List<String> maven() {
    List<String> command = new ArrayList<>(List.of("mvn", "--batch-mode", "--quiet"));
    if ("offline=true".equals(System.getProperty("zoo.maven"))) {
      command.add("--offline");
    }
    String repository = System.getProperty("localRepository");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    command.add("package");
    return command;
  }

  /** Skips the scenario where that could not be had because there is no registry. */
  private static void fetched(String what, Output output) {
    if (output.exitCode() != 0) {
      assumeTrue(
          !NO_REGISTRY.matcher(output.standardOutput() + output.standardError()).find(),
          "no registry for what an example needs: " + what);
    }
    assertThat(output.exitCode()).as("%s", output).isZero();
  }
}

package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ready-made uses in examples/, each as it stands, where its port is taken. */
final class ExamplesTest extends Scenarios {
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
    Registry.fetched(
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
    Running holder = lab.listener(8080);
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
    Registry.fetched("Spring Boot", boot.prepare(Registry.maven("package").toArray(String[]::new)));
    Running first = boot.start("./start");
    assertThat(boot.server(8080)).isEqualTo(first.pid());

    Running second = boot.start("./start");

    assertThat(first.awaitExit()).isEqualTo(143);
    assertThat(boot.server(8080)).isEqualTo(second.pid());
  }
}

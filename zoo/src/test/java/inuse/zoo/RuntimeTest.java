package inuse.zoo;

import static inuse.zoo.VerdictAssert.FREE_WITH_REUSEADDR;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A connection that outlives its listener, held by real runtimes: the answer says how a server sets
 * SO_REUSEADDR in that language, or that it does so already.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
final class RuntimeTest extends Scenarios {
  /** What the remedy {@code use-reuseaddr} says for each. */
  private static final Map<String, String> LINES =
      Map.of(
          "C", "setsockopt(",
          "Python", "setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
          "Java", "setReuseAddress(true)",
          "Node", "Node sets it",
          "nginx", "nginx sets it");

  private static final String PYTHON_SERVER =
      """
      import socket, sys
      listener = socket.socket()
      listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      listener.bind(("127.0.0.1", 8080))
      listener.listen()
      print("listening", flush=True)
      connection, _ = listener.accept()
      listener.close()
      print("ready", flush=True)
      sys.stdin.read()
      """;

  private static final String NODE_SERVER =
      """
      const server = require("net").createServer(connection => {
        server.close();
        console.log("ready");
      });
      server.listen(8080, "127.0.0.1", () => console.log("listening"));
      """;

  private static final String NGINX_CONFIGURATION =
      """
      daemon off;
      worker_processes 1;
      user root;
      pid DIRECTORY/pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path DIRECTORY/body;
        proxy_temp_path DIRECTORY/proxy;
        fastcgi_temp_path DIRECTORY/fastcgi;
        uwsgi_temp_path DIRECTORY/uwsgi;
        scgi_temp_path DIRECTORY/scgi;
        server { listen 127.0.0.1:8080; }
      }
      """;

  RuntimeTest(Way way) {
    super(way);
  }

  @Test
  void inCItIsSetsockopt() {
    Running server =
        lab.startHold(
            "socket s tcp4",
            "set s reuseaddr",
            "bind s 127.0.0.1 8080",
            "listen s",
            "say listening",
            "accept a s",
            "close s");
    keepsAConnection(server, "C");
  }

  @Test
  void inPythonItIsSetsockoptOfTheSocketModule() {
    keepsAConnection(
        lab.startForeign(Lab.requireProgram("python3"), "-c", PYTHON_SERVER), "Python");
  }

  @Test
  void inJavaItIsSetReuseAddress() {
    String classes = Path.of("target", "test-classes").toAbsolutePath().toString();
    keepsAConnection(
        lab.startForeign(Programs.JAVA.toString(), "-cp", classes, JavaServer.class.getName()),
        "Java");
  }

  @Test
  void nodeSetsItByItself() {
    keepsAConnection(lab.startForeign(Lab.requireProgram("node"), "-e", NODE_SERVER), "Node");
  }

  @Test
  void nginxSetsItByItself(@TempDir Path directory) throws IOException {
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration, NGINX_CONFIGURATION.replace("DIRECTORY", directory.toString()));
    Running master =
        lab.startForeign(
            Lab.requireProgram("nginx"),
            "-p",
            directory.toString(),
            "-c",
            configuration.toString());
    lab.awaitState(8080, "LISTEN");
    long worker = master.awaitOnlyChild();
    // Half a request: after SIGQUIT the listener is closed, and the worker goes on waiting for the
    // other half.
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080", "send c GET");
    lab.awaitTaken(8080);
    master.quit();
    lab.awaitNoState(8080, "LISTEN");

    says(lab.ask("8080").heldBy(worker), "nginx");
  }

  private void keepsAConnection(Running server, String runtime) {
    server.awaitLine("listening");
    lab.hold("socket c tcp4", "connect c 127.0.0.1 8080");
    server.awaitReady();
    lab.awaitNoState(8080, "LISTEN");

    says(lab.ask("8080").heldBy(server), runtime);
  }

  private static void says(DiagnosisAssert diagnosis, String runtime) {
    CauseAssert cause =
        diagnosis.says(FREE_WITH_REUSEADDR).because("open-connection").cause("open-connection");
    assertThat(cause.remedy("use-reuseaddr"))
        .as("%s", diagnosis.output())
        .contains(LINES.get(runtime));
    diagnosis.firstRemedyGivesItBack();
  }
}

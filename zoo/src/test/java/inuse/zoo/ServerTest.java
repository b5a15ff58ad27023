package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Servers that people run, as they are: the port, and everybody who shares it, come back with the
 * first remedy.
 */
@ParameterizedClass(name = "{0}")
@EnumSource
final class ServerTest extends Scenarios {
  ServerTest(Way way) {
    super(way);
  }

  private static final String NODE_CLUSTER =
      """
      const cluster = require("cluster");
      if (cluster.isPrimary) {
        cluster.fork();
        cluster.fork();
        let ready = 0;
        cluster.on("listening", () => { if (++ready === 2) console.log("ready"); });
      } else {
        require("http").createServer().listen(8080);
      }
      """;

  private static final String NGINX =
      """
      daemon off;
      worker_processes 3;
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
        server { listen 8080; }
      }
      """;

  @Test
  void pythonsHttpServer() {
    Running server = lab.startForeign(Lab.requireProgram("python3"), "-m", "http.server", "8080");
    lab.awaitState(8080, "LISTEN");

    lab.ask("8080").says(BLOCKED).because("listener").heldBy(server).firstRemedyGivesItBack();
  }

  @Test
  void aHttpServerOfNode() {
    Running server =
        lab.startForeign(
            Lab.requireProgram("node"), "-e", "require('http').createServer().listen(8080)");
    lab.awaitState(8080, "LISTEN");

    lab.ask("8080").says(BLOCKED).because("listener").heldBy(server).firstRemedyGivesItBack();
  }

  @Test
  void aClusterOfNodeIsHeldByItsPrimaryAlone(@TempDir Path directory) throws IOException {
    Path program = directory.resolve("cluster.js");
    Files.writeString(program, NODE_CLUSTER);
    Running primary = lab.startForeign(Lab.requireProgram("node"), program.toString());
    primary.awaitReady();

    lab.ask("8080").says(BLOCKED).because("listener").heldBy(primary).firstRemedyGivesItBack();
  }

  /** An nginx of so many workers at port 8080, in a session of its own as a service is. */
  private Running nginx(Path directory, int workers) throws IOException {
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        NGINX
            .replace("worker_processes 3", "worker_processes " + workers)
            .replace("DIRECTORY", directory.toString()));
    Running master =
        lab.startForeign(
            "setsid",
            Lab.requireProgram("nginx"),
            "-p",
            directory.toString(),
            "-c",
            configuration.toString());
    lab.awaitState(8080, "LISTEN");
    return master;
  }

  @Test
  void nginxIsHeldByItsMasterAndAllItsWorkers(@TempDir Path directory) throws IOException {
    Running master = nginx(directory, 3);
    long[] workers = master.awaitChildren(3);

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener")
        .heldBy(master.pid(), workers[0], workers[1], workers[2])
        .firstRemedyGivesItBack();
  }

  /** More processes than --max allows, and one server. */
  @Test
  void sixteenWorkersOfNginxEndWithTheirMaster(@TempDir Path directory) throws IOException {
    Running master = nginx(directory, 16);
    long[] workers = master.awaitChildren(16);

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener")
        .heldBy(LongStream.concat(LongStream.of(master.pid()), LongStream.of(workers)).toArray())
        .firstRemedyGivesItBack();
  }

  /** They are as many as they are; the line that is printed allows for it. */
  @Test
  void sixteenWorkersOfAKilledMasterAreLeftOver(@TempDir Path directory) throws IOException {
    Running master = nginx(directory, 16);
    long[] workers = master.awaitChildren(16);
    master.killAlone();

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("orphaned-child").heldBy(workers);

    assertThat(diagnosis.cause("orphaned-child").remedies().getFirst().get("command").toString())
        .isEqualTo("[\"inuse\",\"free\",\"--max\",\"16\",\"8080\"]");
    lab.free("8080").outcome("refused").didNothing();
    lab.free("8080", "--max", "16").outcome("freed").provedByBind();
  }

  @Test
  void postgresqlIsHeldByItsPostmasterAlone(@TempDir Path directory) throws IOException {
    Lab.requireRoot("PostgreSQL refuses to run as root, so a second user is needed");
    String setpriv = Lab.requireProgram("setpriv");
    String user = "--reuid=" + Lab.NOBODY;
    String group = "--regid=" + Lab.NOBODY;
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path data = directory.resolve("data");
    String initdb = Programs.postgresql("initdb");
    Output made =
        Output.of(
            java.util.List.of(
                setpriv,
                user,
                group,
                "--clear-groups",
                initdb,
                "-D",
                data.toString(),
                "--no-sync"));
    assertThat(made.exitCode()).as("%s", made).isZero();
    Running postmaster =
        lab.startForeign(
            setpriv,
            user,
            group,
            "--clear-groups",
            Programs.postgresql("postgres"),
            "-D",
            data.toString(),
            "-k",
            "",
            "-h",
            "127.0.0.1",
            "-p",
            "5432",
            // What it says begins with its kind, and nobody is forked while it is looked at.
            "-c",
            "log_line_prefix=",
            "-c",
            "autovacuum_naptime=1d");
    postmaster.awaitLine("LOG:  database system is ready to accept");
    postmaster.awaitHoldingAlone(lab.listeningSocket(5432));

    DiagnosisAssert diagnosis =
        lab.ask("5432").says(BLOCKED).because("listener").heldBy(postmaster);
    diagnosis.cause("listener").socketsHave("uid", Lab.NOBODY);
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aServerThatIsStoppedIsWokenUpToObey() {
    Running server = lab.listener(8080);
    server.signal("STOP");

    DiagnosisAssert diagnosis = lab.ask("8080").says(BLOCKED).because("listener").heldBy(server);
    diagnosis.cause("listener").holdersHave("state", "stopped").hasRemedy("resume-then-terminate");
    diagnosis.firstRemedyGivesItBack();
  }

  @Test
  void aServerThatRunsAsManyProcessesIsEndedWithAllOfThem() {
    Running server =
        lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "fork", "fork", "fork");

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener")
        .heldBy(server.pid(), server.awaitFork(1), server.awaitFork(2), server.awaitFork(3))
        .firstRemedyGivesItBack();
  }

  @Test
  void aGroupOfProcessesWithReuseportIsNamedWhole() {
    Running one = lab.hold("socket s tcp4", "set s reuseport", "bind s 0.0.0.0 8080", "listen s");
    Running two = lab.hold("socket s tcp4", "set s reuseport", "bind s 0.0.0.0 8080", "listen s");

    lab.ask("8080").says(BLOCKED).because("listener").heldBy(one, two).firstRemedyGivesItBack();
  }

  @Test
  void aShellThatInheritedTheSocketIsAHolderBesideItsServer() {
    Running server =
        lab.startForeign(
            Lab.requireProgram("python3"),
            "-c",
            """
            import socket, subprocess, sys
            s = socket.socket()
            s.bind(("0.0.0.0", 8080))
            s.listen()
            child = subprocess.Popen(["sleep", "1000"], close_fds=False, pass_fds=[s.fileno()])
            print("ready", flush=True)
            child.wait()
            """);
    server.awaitReady();

    lab.ask("8080")
        .says(BLOCKED)
        .because("listener")
        .heldBy(server.pid(), server.awaitOnlyChild())
        .firstRemedyGivesItBack();
  }
}

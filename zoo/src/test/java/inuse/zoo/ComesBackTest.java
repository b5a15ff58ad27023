package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that a real watcher, tunnel keeper or manager would start again. */
final class ComesBackTest extends Scenarios {
  @TempDir private Path directory;

  ComesBackTest() {
    super(Way.EXECUTABLE);
  }

  /** A shell in the directory. */
  private Running shell(String script) {
    return lab.startForeign(
        "env", "--chdir=" + directory, "--default-signal=INT,TERM", "sh", "-c", script);
  }

  /** The answer's first remedy is run, and whoever would start the server again has ended too. */
  private void isGivenBackTogetherWith(Running keeper, String kind) {
    lab.awaitState(8080, "LISTEN");

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(lastOf(keeper));

    assertThat(keptBy(diagnosis)).isEqualTo(kind);
    diagnosis.firstRemedyGivesItBack();
    keeper.awaitExit();
  }

  /** The process at the end of those that it started, one below the other. */
  private static long lastOf(Running keeper) {
    ProcessHandle last = ProcessHandle.of(keeper.pid()).orElseThrow();
    for (List<ProcessHandle> below = last.children().toList();
        !below.isEmpty();
        below = last.children().toList()) {
      assertThat(below).hasSize(1);
      last = below.getFirst();
    }
    return last.pid();
  }

  private static String keptBy(DiagnosisAssert diagnosis) {
    return diagnosis
        .cause("listener")
        .holders()
        .getFirst()
        .getAsJsonObject("supervisor")
        .get("kind")
        .getAsString();
  }

  @Test
  void entrIsEndedWithTheServerThatItWouldStartAgain() throws IOException {
    Lab.requireProgram("entr");
    Files.writeString(directory.resolve("watched"), "");

    Running entr =
        shell(
            "echo watched | exec entr -nr %s -m http.server --bind 127.0.0.1 8080"
                .formatted(Programs.python()));

    isGivenBackTogetherWith(entr, "entr");
  }

  @Test
  void nodesWatchIsEndedWithTheServerThatItWouldStartAgain() throws IOException {
    Files.writeString(
        directory.resolve("server.js"),
        "require('http').createServer((ask, answer) => answer.end()).listen(8080, '127.0.0.1');\n");

    Running watch = shell("exec " + Lab.requireProgram("node") + " --watch server.js");

    isGivenBackTogetherWith(watch, "node --watch");
  }

  private Running autossh(Sshd sshd, String... words) {
    return lab.startForeign(
        sshd.client(
            List.of("env", "AUTOSSH_GATETIME=0", Lab.requireProgram("autossh"), "-M", "0", "-N"),
            words));
  }

  @Test
  void autosshIsEndedWithTheTunnelThatItWouldOpenAgain() throws IOException {
    Sshd sshd = new Sshd(lab, directory);
    sshd.start();

    Running autossh = autossh(sshd, "-L", "127.0.0.1:8080:127.0.0.1:1", "root@127.0.0.1");

    isGivenBackTogetherWith(autossh, "autossh");
  }

  @Test
  void theFarEndOfATunnelThatIsKeptOpenIsSaidToComeBack() throws IOException {
    Sshd sshd = new Sshd(lab, directory);
    Running server = sshd.start();
    Running autossh = autossh(sshd, "-R", "127.0.0.1:8080:127.0.0.1:1", "root@127.0.0.1");
    lab.awaitState(8080, "LISTEN");

    Output output = lab.runThrough("free", "--yes", "--settle", "60s", "127.0.0.1:8080");

    assertThat(output.exitCode()).as("%s", output).isEqualTo(1);
    assertThat(output.standardOutput())
        .as("%s", output)
        .contains("which came back and asked for it again: end what connects from there");
    assertThat(server.isAlive()).isTrue();
    assertThat(autossh.isAlive()).isTrue();
  }

  private Running supervisord(String name, int port) throws IOException {
    Path place = Files.createDirectory(directory.resolve(name));
    Path configuration = place.resolve("supervisord.conf");
    Files.writeString(
        configuration,
        """
        [supervisord]
        logfile=%1$s/log
        pidfile=%1$s/pid
        nodaemon=true
        [unix_http_server]
        file=%1$s/sock
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
        [supervisorctl]
        serverurl=unix://%1$s/sock
        [program:web]
        command=%2$s -m http.server --bind 127.0.0.1 %3$d
        """
            .formatted(place, Programs.python(), port));
    Running running =
        lab.startForeign(Lab.requireProgram("supervisord"), "-c", configuration.toString());
    lab.awaitState(port, "LISTEN");
    return running;
  }

  /** Both have a program of the same name. */
  @Test
  void ofTwoSupervisordsTheOneAboveTheServerIsAsked() throws IOException {
    Lab.requireProgram("supervisorctl");
    Running other = supervisord("other", 8081);
    Running its = supervisord("its", 8080);

    DiagnosisAssert diagnosis =
        lab.ask("8080").says(BLOCKED).because("listener").heldBy(lastOf(its));

    assertThat(keptBy(diagnosis)).isEqualTo("supervisord");
    diagnosis.firstRemedyGivesItBack();
    lab.ask("8081").says(BLOCKED).because("listener");
    assertThat(its.isAlive()).isTrue();
    assertThat(other.isAlive()).isTrue();
  }
}

package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Daemons of the real pm2, each with a directory of its own (PM2_HOME), that call their programs by
 * the same names and numbers.
 */
final class Pm2Test extends Scenarios {
  private static final String SERVER =
      """
      require('http').createServer((ask, answer) => answer.end())
        .listen(process.env.PORT, '127.0.0.1');
      """;

  @TempDir private static Path installed;
  @TempDir private Path directory;

  private final List<List<String>> daemons = new ArrayList<>();

  Pm2Test() {
    super(Way.EXECUTABLE);
  }

  @BeforeAll
  static void install() throws IOException {
    Lab.requireProgram("node");
    Files.writeString(installed.resolve("server.js"), SERVER);
    Registry.fetched(
        "pm2",
        Output.of(
            List.of(
                "env",
                "--chdir=" + installed,
                "npm_config_logs_max=0",
                "npm_config_fetch_retries=0",
                Lab.requireProgram("npm"),
                "install",
                "--prefix",
                ".",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "pm2@7.0.4")));
    Files.createDirectory(installed.resolve("bin"));
    Files.createSymbolicLink(
        installed.resolve("bin/pm2"), installed.resolve("node_modules/pm2/bin/pm2"));
    makePublic(installed);
  }

  /** A temporary directory is its owner's alone, and another user runs pm2 too. */
  private static void makePublic(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The lab, with pm2 where npm installs it for all users. */
  private Lab machine() {
    Lab.requireRoot("cannot mount a directory with pm2 over /usr/local/bin");
    List<String> enter =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount --bind \"$1\" /usr/local/bin && shift && exec \"$@\"",
            "-",
            installed.resolve("bin").toString(),
            Programs.ENTER.toString(),
            Long.toString(lab.pid()));
    return lab.at(() -> enter);
  }

  private record Daemon(Lab machine, Path home, List<String> command) {
    /** Starts a program of that name. */
    void start(String name, int port, String... more) {
      List<String> words = new ArrayList<>(List.of("env", "PORT=" + port));
      words.addAll(command);
      words.addAll(List.of("start", installed.resolve("server.js").toString(), "--name", name));
      words.addAll(List.of(more));
      machine.run(words.toArray(String[]::new));
      machine.awaitState(port, "LISTEN");
    }

    /** The numbers that it gave its programs, each with its pid, or 0 where it is stopped. */
    List<String> programs() {
      List<String> words = new ArrayList<>(command);
      words.add("jlist");
      String listed = machine.output(words.toArray(String[]::new)).standardOutput();
      String array = listed.substring(listed.indexOf('['));
      return JsonParser.parseString(array).getAsJsonArray().asList().stream()
          .map(JsonElement::getAsJsonObject)
          .map(one -> one.get("name").getAsString() + " " + one.get("pid"))
          .toList();
    }

    /** The pid of its first program. */
    long first() {
      return Long.parseLong(programs().getFirst().split(" ", 2)[1]);
    }

    /** The pid of the daemon, as it writes it down. */
    long pid() throws IOException {
      return Long.parseLong(Files.readString(home.resolve("pm2.pid")).trim());
    }
  }

  /** A daemon with a directory of that name, which begins with the first program. */
  private Daemon daemon(Lab machine, String name, String... as) throws IOException {
    Path home = Files.createDirectory(directory.resolve(name));
    List<String> command = new ArrayList<>(List.of(as));
    command.addAll(
        List.of("env", "HOME=" + home, "PM2_HOME=" + home, "/usr/local/bin/pm2", "--silent"));
    daemons.add(command);
    return new Daemon(machine, home, command);
  }

  @AfterEach
  void endTheDaemons() {
    if (!daemons.isEmpty()) {
      Lab machine = machine();
      for (List<String> daemon : daemons) {
        List<String> words = new ArrayList<>(daemon);
        words.add("kill");
        machine.output(words.toArray(String[]::new));
      }
    }
  }

  private static JsonObject keeper(DiagnosisAssert diagnosis) {
    return diagnosis.cause("listener").holders().getFirst().getAsJsonObject("supervisor");
  }

  private static String command(DiagnosisAssert diagnosis) {
    return diagnosis.cause("listener").remedies().getFirst().get("command").toString();
  }

  @Test
  void ofTwoHomesTheOneAboveTheServerIsTold() throws IOException {
    Lab machine = machine();
    Daemon other = daemon(machine, "other");
    Daemon its = daemon(machine, "its");
    other.start("web", 8081);
    its.start("web", 8080);
    List<String> before = other.programs();
    long god = its.pid();

    DiagnosisAssert diagnosis =
        machine.ask("8080").says(BLOCKED).because("listener").heldBy(its.first());

    assertThat(keeper(diagnosis).get("kind").getAsString()).isEqualTo("pm2");
    assertThat(command(diagnosis))
        .isEqualTo("[\"env\",\"PM2_HOME=%s\",\"pm2\",\"stop\",\"0\"]".formatted(its.home));
    diagnosis.firstRemedyGivesItBack();
    assertThat(its.programs()).containsExactly("web 0");
    assertThat(its.pid()).isEqualTo(god);
    assertThat(other.programs()).isEqualTo(before);
  }

  @Test
  void thePrintedLineIsWhatIsDone() throws IOException {
    Lab machine = machine();
    Daemon other = daemon(machine, "other");
    Daemon its = daemon(machine, "its");
    other.start("web", 8081);
    its.start("web", 8080);
    List<String> before = other.programs();
    String fix =
        machine
            .runThrough("8080")
            .standardOutput()
            .lines()
            .filter(line -> line.startsWith("  fix "))
            .findFirst()
            .orElseThrow()
            .substring("  fix ".length())
            .trim();

    assertThat(machine.runThrough("free", "--dry-run", "8080").standardOutput())
        .contains("plan   " + fix + "\n");
    machine.run("env", "PATH=/usr/local/bin:/usr/bin:/bin", "sh", "-c", fix);

    machine.ask("8080").says(VerdictAssert.FREE);
    assertThat(its.programs()).containsExactly("web 0");
    assertThat(other.programs()).isEqualTo(before);
  }

  @Test
  void ofTheWorkersOfAClusterTheDaemonHasThePortAndIsNotEnded() throws IOException {
    Lab machine = machine();
    Daemon daemon = daemon(machine, "its");
    daemon.start("web", 8080, "-i", "2");
    daemon.start("plain", 8081);
    List<String> before = daemon.programs();
    assertThat(before).hasSize(3);

    DiagnosisAssert diagnosis =
        machine.ask("8080").says(BLOCKED).because("listener").heldBy(daemon.pid());

    assertThat(diagnosis.cause("listener").remedies().toString())
        .contains("pm2's own daemon", "pm2 stop NAME");
    machine.question("8080").free("--yes").outcome("refused").didNothing().stillHeld();
    assertThat(daemon.programs()).isEqualTo(before);
    List<String> stop = new ArrayList<>(daemon.command);
    stop.addAll(List.of("stop", "web"));
    machine.run(stop.toArray(String[]::new));
    machine.ask("8080").says(VerdictAssert.FREE);
    machine.ask("8081").says(BLOCKED);
  }

  @Test
  void anotherUsersDaemonIsToldByThatUser() throws IOException {
    Lab.requireProgram("sudo");
    Lab machine = machine();
    String[] user = {"setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"};
    Daemon roots = daemon(machine, "roots");
    Daemon its = daemon(machine, "its", user);
    machine.run("chown", "1000:1000", its.home.toString());
    makePublic(directory);
    roots.start("web", 8081);
    its.start("web", 8080);
    List<String> before = roots.programs();

    DiagnosisAssert diagnosis =
        machine.ask("8080").says(BLOCKED).because("listener").heldBy(its.first());

    assertThat(command(diagnosis))
        .startsWith("[\"sudo\",\"-H\",\"-u\",\"#1000\",\"env\",\"PM2_HOME=" + its.home);
    diagnosis.firstRemedyGivesItBack();
    assertThat(its.programs()).containsExactly("web 0");
    assertThat(roots.programs()).isEqualTo(before);
  }
}

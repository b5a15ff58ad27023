package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins through a real sshd, sudo, su, tmux and screen: what they came in through is spared. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class LoginTest extends Scenarios {
  private static final String SPARED = "came in through it";

  private final Way way;
  @TempDir private Path directory;
  private Sshd sshd;

  LoginTest(Way way) {
    super(way);
    this.way = way;
  }

  @BeforeEach
  void keysAreMade() throws IOException {
    sshd = new Sshd(lab, directory);
  }

  private String at(String name) {
    return directory.resolve(name).toString();
  }

  /** What would be done, in an environment that says nothing. */
  private String free(String port) {
    return "env -i " + String.join(" ", way.command()) + " free --dry-run 127.0.0.1:" + port;
  }

  private static void assertSpared(Output output) {
    assertThat(output.exitCode()).as("%s", output).isEqualTo(4);
    assertThat(output.standardOutput()).as("%s", output).contains(SPARED);
  }

  @Test
  void fromElsewhereAnSshdIsAnyServer() {
    sshd.start();

    Output output = lab.runThrough("free", "--dry-run", "127.0.0.1:" + Sshd.PORT);

    assertThat(output.exitCode()).as("%s", output).isZero();
  }

  /** A restarted sshd is no ancestor of the sessions that the former one began. */
  @ParameterizedTest
  @ValueSource(strings = {"", "setsid -w ", "sudo -n ", "su root -c "})
  void anSshdThatWasRestartedIsSparedThroughWhateverClearsTheEnvironment(String through)
      throws IOException {
    if (!through.isBlank()) {
      Lab.requireProgram(through.substring(0, through.indexOf(' ')));
    }
    String free = through.startsWith("su ") ? "'" + free(Sshd.PORT) + "'" : free(Sshd.PORT);
    String said = at("out");
    Running first = sshd.start();
    Running session =
        lab.startForeign(
            sshd.client(
                "root@127.0.0.1",
                "echo ready; read go; " + through + free + " > " + said + "; echo rc $?"));
    session.awaitReady();
    first.killAlone();
    lab.awaitNoState(2222, "LISTEN");
    sshd.start();

    session.say("go");

    assertThat(session.awaitLine("rc")).isEqualTo("4");
    assertThat(Files.readString(Path.of(said))).contains(SPARED);
  }

  /** A server that no login started, below which nothing is known of ssh. */
  private Output inside(List<String> server, String attach, String attached, String... list)
      throws IOException {
    lab.run("mkfifo", at("go"), at("rc"));
    List<String> command = new ArrayList<>(server);
    command.add(
        "read go < %1$s/go; %2$s > %1$s/out 2>&1; echo $? > %1$s/rc"
            .formatted(directory, free(Sshd.PORT)));
    lab.run(command.toArray(String[]::new));
    if (!attach.isEmpty()) {
      lab.startForeign(sshd.client("-tt", "root@127.0.0.1", "TERM=xterm " + attach));
      Running.await(attach, () -> lab.output(list).standardOutput().contains(attached));
    }
    Files.writeString(Path.of(at("go")), "\n");
    int code = Integer.parseInt(Files.readString(Path.of(at("rc"))).strip());
    return new Output(command, code, Files.readString(Path.of(at("out"))), "");
  }

  private Output insideTmux(boolean attached) throws IOException {
    String tmux = Lab.requireProgram("tmux");
    return inside(
        List.of(tmux, "-S", at("tmux"), "-f", "/dev/null", "new-session", "-d"),
        attached ? tmux + " -S " + at("tmux") + " attach" : "",
        "pts",
        tmux,
        "-S",
        at("tmux"),
        "list-clients");
  }

  @Test
  void theSshdOfTheClientOfATmuxIsSpared() throws IOException {
    sshd.start();

    assertSpared(insideTmux(true));
  }

  @Test
  void aTmuxToWhichNobodyIsAttachedHasNoWayIn() throws IOException {
    sshd.start();

    assertThat(insideTmux(false).exitCode()).isZero();
  }

  @Test
  void theSshdOfTheClientOfAScreenIsSpared() throws IOException {
    String screen = Lab.requireProgram("screen");
    sshd.start();
    Files.createDirectory(
        directory.resolve("screen"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    String here = "SCREENDIR=" + at("screen");

    assertSpared(
        inside(
            List.of("env", here, screen, "-dmS", "zoo", "sh", "-c"),
            here + " " + screen + " -x zoo",
            "Attached",
            "env",
            here,
            screen,
            "-ls"));
  }

  /** What a user of ssh -R wants back is a port that an earlier login of his still has. */
  @Test
  void aPortThatAnotherLoginForwardsMayBeFreed() {
    sshd.start();
    lab.startForeign(sshd.client("-N", "-R", "127.0.0.1:9000:127.0.0.1:1", "root@127.0.0.1"));
    lab.awaitState(9000, "LISTEN");

    Output output = lab.output(sshd.client("root@127.0.0.1", free("9000")));

    assertThat(output.exitCode()).as("%s", output).isZero();
    assertThat(output.standardOutput()).as("%s", output).contains("SIGTERM to sshd");
  }

  /** nobody may become root here, in files of this test's own. */
  private static final String SUDO =
      """
      echo 'nobody ALL=(ALL) NOPASSWD: ALL' > "$1/sudoers" && chmod 440 "$1/sudoers" &&
      mount --bind "$1/sudoers" /etc/sudoers && shift &&
      exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
      """;

  private Output byNobody(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "--propagation=private",
                "sh",
                "-c",
                SUDO,
                "-",
                directory.toString()));
    command.addAll(List.of(words));
    command.addAll(way.command());
    command.addAll(List.of("free", "--dry-run", "--only-mine", "127.0.0.1:8080"));
    return lab.output(command.toArray(String[]::new));
  }

  @Test
  void onlyMineBehindSudoIsOfWhoRanIt() {
    String sudo = Lab.requireProgram("sudo");
    lab.listener("127.0.0.1", 8080);

    Output foreign = byNobody(sudo, "-n");
    assertThat(foreign.exitCode()).as("%s", foreign).isEqualTo(4);
    assertThat(foreign.standardOutput()).as("%s", foreign).contains("another user");
    Output plainly = byNobody();
    assertThat(plainly.exitCode()).as("%s", plainly).isEqualTo(4);
    assertThat(plainly.standardOutput()).as("%s", plainly).doesNotContain("sudo");
  }

  @Test
  void whatIsMineIsMineBehindSudoToo() {
    String sudo = Lab.requireProgram("sudo");
    lab.startForeign(
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        Programs.python(),
        "-m",
        "http.server",
        "--bind",
        "127.0.0.1",
        "8080");
    lab.awaitState(8080, "LISTEN");

    Output mine = byNobody(sudo, "-n");
    assertThat(mine.exitCode()).as("%s", mine).isZero();
    Output forged = byNobody(sudo, "-n", "env", "SUDO_UID=33");
    assertThat(forged.exitCode()).as("%s", forged).isEqualTo(4);
    Output roots = lab.runThrough("free", "--dry-run", "--only-mine", "127.0.0.1:8080");
    assertThat(roots.exitCode()).as("%s", roots).isEqualTo(4);
  }
}

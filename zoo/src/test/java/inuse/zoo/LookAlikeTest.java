package inuse.zoo;

import static inuse.zoo.VerdictAssert.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes of an ordinary user that call themselves part of what root runs, beside a real dockerd:
 * root's {@code free} ends them, and nothing that they name.
 */
@Execution(ExecutionMode.SAME_THREAD)
@ParameterizedClass(name = "{0}")
@EnumSource
final class LookAlikeTest extends Scenarios {
  @RegisterExtension static final DockerLab DOCKER = new DockerLab();

  private static final int SOMEBODY = 12345;
  private static final String DIRECTORY = "/tmp/somebody";

  /** Listens, and says by which pid. */
  private static final String LISTEN =
      """
      import os, socket, sys
      def listen():
          s = socket.socket()
          s.bind(("127.0.0.8", 8080))
          s.listen()
          print("pid", os.getpid())
          print("ready", flush=True)
          sys.stdin.read()
      """;

  LookAlikeTest(Way way) {
    super(way, DOCKER);
  }

  /** Root's container, which publishes the same port at another address. */
  private static void payroll() {
    DOCKER.start("payroll", "--publish=127.0.0.9:8080:80", "--", "/bin/httpd", "-f", "-p", "80");
  }

  private static String somebodys(String name, String mode) {
    DOCKER.run("mkdir", "-p", DIRECTORY);
    DOCKER.run("cp", "--dereference", Programs.python(), DIRECTORY + "/" + name);
    DOCKER.run("chown", "-R", Integer.toString(SOMEBODY), DIRECTORY);
    DOCKER.run("chmod", mode, DIRECTORY + "/" + name);
    return DIRECTORY + "/" + name;
  }

  /** Starts a program as that user, in a control group of that user's. */
  private Running starts(String group, String... command) {
    String script =
        "mkdir -p \"$1\" && chown -R \"$2\" \"${1%/*}\" && echo $$ > \"$1/cgroup.procs\""
            + " && shift 2 && exec \"$@\"";
    List<String> whole =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                script,
                "-",
                "/sys/fs/cgroup/somebody/" + group,
                Integer.toString(SOMEBODY),
                Lab.requireProgram("setpriv"),
                "--reuid=" + SOMEBODY,
                "--regid=" + SOMEBODY,
                "--clear-groups"));
    whole.addAll(Arrays.asList(command));
    return lab.startOwn(whole.toArray(String[]::new)).awaitReady();
  }

  private void onlyTheProcessIsEnded(Running holder) {
    lab.free("127.0.0.8:8080")
        .outcome("freed")
        .did("terminate " + holder.awaitOwnPid() + " SIGTERM exited")
        .provedByBind();
    assertThat(DOCKER.isRunning("payroll")).isTrue();
  }

  @Test
  void aFileCalledDockerProxyIsNoForwarder() {
    payroll();
    Running holder =
        starts(
            "plain",
            somebodys("docker-proxy", "755"),
            "-c",
            LISTEN + "listen()",
            "-proto",
            "tcp",
            "-host-ip",
            "127.0.0.9",
            "-host-port",
            "8080",
            "-container-port",
            "80");

    lab.ask("127.0.0.8:8080").says(BLOCKED).because("listener").heldBy(holder.awaitOwnPid());
    onlyTheProcessIsEnded(holder);
  }

  @Test
  void aControlGroupThatIsCalledLikeAContainersIsNotThatContainers() {
    payroll();
    Running holder =
        starts(
            "docker-" + DOCKER.id("payroll") + ".scope",
            Programs.python(),
            "-c",
            LISTEN + "listen()");

    DiagnosisAssert diagnosis =
        lab.ask("127.0.0.8:8080").says(BLOCKED).because("listener").heldBy(holder.awaitOwnPid());
    assertThat(
            diagnosis
                .cause("listener")
                .holders()
                .getFirst()
                .getAsJsonObject("container")
                .get("word_of")
                .isJsonNull())
        .isTrue();
    onlyTheProcessIsEnded(holder);
  }

  /** One that renames itself, as any process may. */
  private static final String RENAMED =
      """
      import ctypes
      ctypes.CDLL(None).prctl(15, sys.argv[1].encode())
      os.chdir("/tmp")
      if os.fork() == 0:
          listen()
      else:
          os.wait()
      """;

  @ParameterizedTest
  @ValueSource(strings = {"runsv", "s6-supervise", "supervisord", "PM2 v5.3.0: God"})
  void anAncestorThatCallsItselfAProcessManagerIsToldNothing(String name) {
    payroll();
    Running holder =
        starts("plain", Programs.python(), "-c", LISTEN + RENAMED, name, "-c", "/tmp/evil.conf");

    onlyTheProcessIsEnded(holder);
  }

  @Test
  void aProgramThatAnybodyMayStartAsRootIsNoProcessManager() {
    payroll();
    String runsv = somebodys("runsv", "755");
    DOCKER.run("chown", "root", runsv);
    DOCKER.run("chmod", "4755", runsv);
    Running holder =
        starts(
            "plain",
            Programs.python(),
            "-c",
            LISTEN
                + """
                os.chdir("/tmp")
                if os.fork() == 0:
                    listen()
                else:
                    os.execv(sys.argv[1], ["runsv", "-c", "import os; os.wait()"])
                """,
            runsv);

    onlyTheProcessIsEnded(holder);
  }
}

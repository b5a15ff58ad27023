package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The units in examples/systemd, run by a real systemd. */
@Execution(ExecutionMode.SAME_THREAD)
final class SystemdExamplesTest extends Scenarios {
  @RegisterExtension static final SystemdLab SYSTEMD = new SystemdLab();

  private static boolean installed;

  SystemdExamplesTest() {
    super(Way.EXECUTABLE, SYSTEMD);
  }

  /** Puts {@code inuse} and the site where the units expect them. */
  @BeforeEach
  void install() {
    Lab.requireProgram("python3");
    if (installed) {
      return;
    }
    // The machine has the outer one's files; what is written must not stay in them.
    for (String place : new String[] {"/usr/local/bin", "/srv"}) {
      SYSTEMD.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", place);
    }
    SYSTEMD.run("cp", Programs.EXECUTABLE.toString(), "/usr/local/bin/inuse");
    SYSTEMD.run("mkdir", "/srv/site");
    SYSTEMD.write("/srv/site/server.py", Example.text("systemd/server.py"));
    installed = true;
  }

  private static void start(String unit) {
    SYSTEMD.unit(unit, Example.text("systemd/" + unit));
    SYSTEMD.start(unit);
  }

  private static String property(String unit, String name) {
    return SYSTEMD.run("systemctl", "show", "-p", name, "--value", unit);
  }

  private static String programOf(long pid) {
    return SYSTEMD.run("readlink", "/proc/" + pid + "/exe");
  }

  private void get() {
    lab.awaitState(8080, "LISTEN");
    lab.run(
        "/usr/bin/python3",
        "-c",
        "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/', timeout=10)");
  }

  @Test
  void aForgottenCopyIsReplacedByTheService() {
    Running forgotten =
        lab.startForeign(
            "env", "--chdir=/srv/site", "/usr/bin/python3", "-m", "http.server", "8080");
    get();

    start("site.service");

    assertThat(forgotten.awaitExit()).isEqualTo(143);
    get();
    assertThat(programOf(SYSTEMD.mainPid("site.service"))).contains("python3");
    SYSTEMD.run("systemctl", "stop", "site.service");
    assertThat(property("site.service", "ActiveState")).isEqualTo("inactive");
  }

  @Test
  void aServerWithoutReuseaddrIsRestartedInSpiteOfTimeWait() {
    start("guarded.service");
    get();
    SYSTEMD.run("systemctl", "stop", "guarded.service");
    lab.awaitState(8080, "TIME_WAIT");
    assertThat(property("guarded.service", "ActiveState")).isEqualTo("inactive");

    SYSTEMD.start("guarded.service");

    get();
    assertThat(programOf(SYSTEMD.mainPid("guarded.service"))).isEqualTo("/usr/local/bin/inuse");
    assertThat(property("guarded.service", "NRestarts")).isEqualTo("0");
  }

  @Test
  void theJournalSaysWhoKeepsTheGuardedServiceFromStarting() {
    lab.hold("socket s tcp4", "set s reuseaddr", "bind s 0.0.0.0 8080", "listen s");

    start("guarded.service");

    SYSTEMD.awaitSuccess(
        "sh", "-c", "journalctl --unit=guarded.service | grep -q '0.0.0.0:8080.* is in use'");
  }
}

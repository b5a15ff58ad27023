package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Advice about services of a real systemd. */
@Execution(ExecutionMode.SAME_THREAD)
final class ServiceAdviceTest extends AdviceScenarios {
  @RegisterExtension static final SystemdLab SYSTEMD = new SystemdLab();

  ServiceAdviceTest() {
    super(SYSTEMD);
  }

  private static final String SERVICE =
      """
      [Service]
      ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 8080
      WorkingDirectory=/run
      RestartSec=0
      Restart=\
      """;

  private long startService(String restart) {
    Lab.requireProgram("python3");
    SYSTEMD.unit("site.service", SERVICE + restart + "\n");
    SYSTEMD.start("site.service");
    lab.awaitState(8080, "LISTEN");
    return SYSTEMD.mainPid("site.service");
  }

  private static void kill(long pid) {
    SYSTEMD.run("sh", "-c", "kill -9 " + pid);
  }

  @Test
  void killNineEndsAServiceThatNobodyRestarts() {
    kill(startService("no"));

    SYSTEMD.awaitSuccess("systemctl", "is-failed", "site.service");
    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void aServiceThatIsRestartedComesBackAfterKillNine() {
    long first = startService("always");

    kill(first);

    SYSTEMD.awaitSuccess(
        "sh", "-c", "[ \"$(systemctl show -p NRestarts --value site.service)\" -ge 1 ]");
    lab.awaitState(8080, "LISTEN");
    assertThat(bind()).isEqualTo(IN_USE);
    assertThat(SYSTEMD.mainPid("site.service")).isNotEqualTo(first);
  }

  @Test
  void stoppingAServiceGivesItsPortBack() {
    startService("always");

    SYSTEMD.run("systemctl", "stop", "site.service");

    assertThat(bind()).isEqualTo(OK);
  }

  @Test
  void stoppingAServiceLeavesItsSocketListening() {
    SYSTEMD.unit("site.service", "[Service]\nExecStart=/bin/cat\nStandardInput=null\n");
    SYSTEMD.unit("site.socket", "[Socket]\nListenStream=0.0.0.0:8080\n");
    SYSTEMD.start("site.socket");

    SYSTEMD.run("systemctl", "stop", "site.service");

    assertThat(bind()).isEqualTo(IN_USE);
    lab.ask("8080").because("socket-activation");
  }
}

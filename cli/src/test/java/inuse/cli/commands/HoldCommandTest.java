package inuse.cli.commands;

import static inuse.kernel.abi.Constants.AF_INET6;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.kernel.FileStatus;
import inuse.kernel.fake.FakeProcesses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code inuse hold}: what it takes, whom it tells, and until when. */
final class HoldCommandTest {
  private static final int FILE = 0x8000 | 0755;

  private final FakeHost host = new FakeHost();

  @BeforeEach
  void thereIsAProgram() {
    host.kernel.status("/bin/server", new FileStatus(FILE, 0, 5, 0, 7));
    host.kernel.environment("PATH=/bin\0PORT=1\0HOME=/root\0");
  }

  @AfterEach
  void everyPortWasGivenUp() {
    assertThat(host.kernel.openDescriptors()).noneMatch(one -> one.startsWith("socket"));
  }

  /** Runs a line whose command ends soon with that status; until then something is held. */
  private FakeProcesses.Launch launched(int status, String... words) {
    FakeProcesses processes = host.kernel.processes();
    List<String> meanwhile = new ArrayList<>();
    host.later(5, () -> meanwhile.addAll(host.kernel.openDescriptors()));
    host.later(10, () -> processes.ends(processes.launches().getFirst().pid(), status));
    assertThat(host.run(words)).isEqualTo(status);
    assertThat(meanwhile).contains("socket " + AF_INET6);
    return processes.launches().getFirst();
  }

  @Test
  void aCommandHasTheNumbersInItsEnvironmentAndItsWords() {
    FakeProcesses.Launch launch =
        launched(
            7,
            "hold",
            "8080",
            "8081",
            "--",
            "server",
            "--port={port}",
            "{port2}",
            "{port1}",
            "{x}");

    assertThat(launch.arguments()).containsExactly("server", "--port=8080", "8081", "8080", "{x}");
    assertThat(launch.environment())
        .contains("HOME=/root", "PORT=8080", "PORT1=8080", "PORT2=8081")
        .doesNotContain("PORT=1");
    assertThat(launch.sockets()).isEmpty();
    assertThat(host.kernel.stdout() + host.kernel.stderr()).isEmpty();
  }

  @Test
  void aPortMayHaveANameAndAVariable() {
    FakeProcesses.Launch launch =
        launched(
            0,
            "hold",
            "--env",
            "web=PORT_WEB",
            "--env",
            "db=DB",
            "8080",
            "8081",
            "--",
            "server",
            "{db}");

    assertThat(launch.arguments()).containsExactly("server", "8081");
    assertThat(launch.environment()).contains("PORT_WEB=8080", "DB=8081");
  }

  @Test
  void thereIsAFreePortForEachName() {
    FakeProcesses.Launch launch =
        launched(0, "hold", "--env", "web=WEB", "--env", "db=DB", "--", "server");

    assertThat(launch.environment())
        .filteredOn(one -> one.startsWith("PORT") || one.startsWith("WEB") || one.startsWith("DB"))
        .hasSize(5)
        .allSatisfy(one -> assertThat(one).matches("[A-Z0-9]+=6\\d{4}"));
  }

  @Test
  void aRunHoldsThePortsThatItsProgramBinds() {
    FakeProcesses.Launch launch =
        launched(3, "run", "--hold", "-p", "8080", "-p", "8081", "--", "server", "{port2}");

    assertThat(launch.arguments()).containsExactly("server", "8081");
    assertThat(launch.environment()).contains("PORT=8080", "PORT2=8081");
  }

  @Test
  void aRunWithoutAPortHoldsAFreeOne() {
    FakeProcesses.Launch launch = launched(0, "run", "--hold", "--", "server", "{port}");

    assertThat(launch.arguments().getLast()).matches("6\\d{4}");
  }

  @Test
  void aRunHoldsTheNextPortWhereThatIsChosen() {
    host.held();

    FakeProcesses.Launch launch =
        launched(0, "run", "--hold", "-p", "8080", "--on-conflict", "next", "--", "server");

    assertThat(launch.environment()).contains("PORT=8081");
  }

  @Test
  void whatCannotBeHeldIsExplainedAndNothingIsStarted() {
    host.held();

    assertThat(host.run("hold", "8080", "--", "server")).isEqualTo(125);
    assertThat(host.kernel.processes().launches()).isEmpty();
    assertThat(host.kernel.stdout()).isEmpty();
    assertThat(host.kernel.stderr())
        .startsWith("8080 is in use: server (pid 10, alice) listens on 0.0.0.0:8080\n")
        .endsWith("inuse: 8080 cannot be held: EADDRINUSE; nothing is held\n");
  }

  @Test
  void withoutACommandTheStatusSaysThatNothingIsHeld() {
    host.held();

    assertThat(host.run("hold", "--count", "2", "8080")).isEqualTo(1);
    assertThat(host.kernel.stdout()).isEmpty();
  }

  @Test
  void inJsonTheRefusalIsADocumentToo() {
    host.held();

    assertThat(host.run("hold", "--json", "8080")).isEqualTo(1);
    assertThat(host.kernel.stdout())
        .contains("\"held\": [],")
        .contains("\"port\": 8080},\"errno\": \"EADDRINUSE\"}]}")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hold udp/53|2",
        "hold /run/a.sock|2",
        "hold --env web|2",
        "hold --env web=1|2",
        "hold --env a=A --env b=B 8080|0",
        "hold --count 1 --env a=A --env b=B|2",
        "hold --count 0|2",
        "hold --address nowhere 8080|2",
        "hold --address udp/1 8080|2",
        "hold --reuseaddr 8080|2",
        "hold --|125",
        "hold --json -- server|125",
        "hold --grace x -- server|125",
        "run --hold --handover -- server|125",
        "run --hold --no-start -p 8080 -- server|125",
        "run --hold -p udp/53 -- server|125",
        "hold -- no-such-program|127"
      })
  void aLineThatMakesNoSenseIsRefused(String line, int status) {
    if (status == 0) {
      launched(0, (line + " -- server").split(" ", -1));
      return;
    }
    assertThat(host.run(line.split(" ", -1))).isEqualTo(status);
    assertThat(host.kernel.stderr())
        .startsWith(line.contains("--json") ? "{\"schema\": \"inuse.error/1\"" : "inuse: ");
    assertThat(host.kernel.processes().launches()).isEmpty();
  }
}

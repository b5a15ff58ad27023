package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The unit of the packages under a real systemd, with a real journal. The machine has a pid
 * namespace of its own, in which the recorder says that it looks once a second.
 */
@Execution(ExecutionMode.SAME_THREAD)
final class RecordServiceTest {
  @RegisterExtension static final SystemdLab SYSTEMD = new SystemdLab();

  private static final String UNIT = "inuse-record.service";

  /** /tmp and what else may be the place of the executable is not there for the unit. */
  private static final String EXECUTABLE = "/run/inuse-record-test";

  /** capability.h: 10, 12, 2, 19, 38 and 39. */
  private static final long SIX = 1L << 10 | 1L << 12 | 1L << 2 | 1L << 19 | 1L << 38 | 1L << 39;

  private static final String SERVER =
      """
      [Service]
      ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 8097
      WorkingDirectory=/run
      """;

  private static String packaged(String name) throws IOException {
    return Files.readString(
        Path.of(System.getProperty("user.dir"), "../packaging/systemd").resolve(name), UTF_8);
  }

  private static void startRecorder() throws IOException {
    SYSTEMD.write("/run/inuse-record.conf", packaged("inuse-record.conf"));
    SYSTEMD.run("systemd-sysusers", "/run/inuse-record.conf");
    SYSTEMD.run("cp", Programs.EXECUTABLE.toString(), EXECUTABLE);
    String unit = packaged(UNIT);
    assertThat(unit).contains("ExecStart=/usr/bin/inuse record\n");
    SYSTEMD.unit(UNIT, unit.replace("/usr/bin/inuse record", EXECUTABLE + " record --journal"));
    SYSTEMD.start(UNIT);
    SYSTEMD.awaitSuccess("sh", "-c", "journalctl --unit=" + UNIT + " | grep -q recording");
  }

  private static String status(String field) {
    return SYSTEMD.run(
        "sed", "-n", "s/^" + field + ":\\s*//p", "/proc/" + SYSTEMD.mainPid(UNIT) + "/status");
  }

  /** Where only this user and group, and no other group, may go. */
  private static Output asUser(String group, String... command) {
    List<String> whole =
        SYSTEMD.inside("setpriv", "--reuid=65534", "--regid=" + group, "--clear-groups");
    whole.addAll(List.of(command));
    return Output.of(whole);
  }

  @Test
  void itRunsAsItsOwnUserWithSixCapabilitiesAndTellsTheJournalAndItsGroup() throws IOException {
    Lab.requireProgram("python3");
    Lab.requireProgram("setpriv");
    startRecorder();

    String user = SYSTEMD.run("id", "-u", "inuse");
    assertThat(status("Uid")).isEqualTo(String.join("\t", user, user, user, user));
    assertThat(Long.parseLong(status("CapEff"), 16)).isEqualTo(SIX);
    assertThat(Long.parseLong(status("CapPrm"), 16)).isEqualTo(SIX);
    assertThat(status("NoNewPrivs")).isEqualTo("1");

    SYSTEMD.unit("site.service", SERVER);
    SYSTEMD.start("site.service");
    SYSTEMD.awaitSuccess(
        "sh", "-c", "journalctl INUSE_PORT=8097 --output=json | grep -q listening");

    JsonObject entry =
        JsonParser.parseString(
                SYSTEMD.run(
                    "journalctl", "INUSE_PORT=8097", "INUSE_EVENT=listening", "--output=json"))
            .getAsJsonObject();
    assertThat(entry.get("INUSE_UNIT").getAsString()).isEqualTo("site.service");
    assertThat(entry.get("INUSE_PID").getAsLong()).isEqualTo(SYSTEMD.mainPid("site.service"));
    assertThat(entry.get("INUSE_PROTOCOL").getAsString()).isEqualTo("tcp");
    assertThat(entry.get("INUSE_ADDRESS").getAsString()).isEqualTo("127.0.0.1");
    assertThat(entry.get("_SYSTEMD_UNIT").getAsString()).isEqualTo(UNIT);

    Output member = asUser("inuse", EXECUTABLE, "history", "8097");
    assertThat(member.exitCode()).as("%s", member).isZero();
    assertThat(member.standardOutput()).contains("8097", "site.service");
    Output other = asUser("65534", EXECUTABLE, "history", "8097");
    assertThat(other.standardOutput()).isEmpty();
    assertThat(other.exitCode()).as("%s", other).isNotZero();

    SYSTEMD.run("systemctl", "stop", UNIT);
    assertThat(SYSTEMD.run("systemctl", "show", "-p", "Result", "--value", UNIT))
        .isEqualTo("success");
    assertThat(SYSTEMD.run("sh", "-c", "tail -n 1 /var/log/inuse/*.jsonl")).contains("\"end\"");
  }
}

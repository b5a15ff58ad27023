package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.zoo.GuardTest.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs that people run, unmodified, where their own previous instance is in the way: alive,
 * left over by a parent that was killed, or gone with TIME_WAIT behind it. What other holders do is
 * in GuardTest.
 */
final class RealProgramsTest extends Scenarios {
  private static final int THREADS = 16;

  @TempDir private Path directory;

  RealProgramsTest() {
    super(Way.EXECUTABLE);
  }

  /** Started without {@code inuse}, and serving. */
  private Running startPlainly(List<String> command) {
    Running started = lab.startForeign(command.toArray(String[]::new));
    lab.awaitState(8080, "LISTEN");
    return started;
  }

  private static String[] guarded(String policy, List<String> command) {
    List<String> line = new ArrayList<>(List.of("run", "--guard", "--on-conflict", policy, "--"));
    line.addAll(command);
    return line.toArray(String[]::new);
  }

  /** Whoever listens on 8080, once somebody does, is not that process. */
  private void assertServedByAnother(long pid, Running supervisor) {
    lab.awaitState(8080, "LISTEN");
    assertThat(lab.runThrough("8080").firstLine())
        .containsPattern(" listens? on ")
        .doesNotContainPattern("pids? " + pid + "\\b");
    assertThat(supervisor.isAlive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void anEarlierRunIsNamedInTheLog(Server server) throws IOException {
    Running earlier = startPlainly(server.command(directory));

    Output output = lab.runThrough(guarded("fail", server.command(directory)));

    assertThat(output.standardError())
        .startsWith(server.address())
        .containsPattern(
            "pids? " + earlier.pid() + "\\b.* (is|are) an earlier run of this command");
    assertThat(output.exitCode()).isNotZero();
    assertThat(earlier.isAlive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void anEarlierRunIsReplaced(Server server) throws IOException {
    Running earlier = startPlainly(server.command(directory));

    Running started = lab.startThrough(guarded("replace", server.command(directory)));

    earlier.awaitExit();
    assertServedByAnother(earlier.pid(), started);
  }

  @ParameterizedTest
  @EnumSource
  void anEarlierRunIsWaitedFor(Server server) throws IOException {
    Running earlier = startPlainly(server.command(directory));
    Running waiting = lab.startThrough(guarded("wait", server.command(directory)));
    // The program, and what waits for it.
    waiting.awaitChildren(2);
    assertThat(earlier.isAlive()).isTrue();

    earlier.signal("TERM");

    earlier.awaitExit();
    assertServedByAnother(earlier.pid(), waiting);
  }

  @ParameterizedTest
  @EnumSource
  void whatAKilledParentLeftIsReplaced(Server server) throws IOException {
    long orphan = orphan(server.command(directory));

    Running started = lab.startThrough(guarded("replace", server.command(directory)));

    Example.awaitEnd(orphan);
    assertServedByAnother(orphan, started);
  }

  @Test
  void whatAKilledParentLeftIsNamedWaitedForAndTaken() throws IOException {
    List<String> command = Server.STATIC_C.command(directory);
    long orphan = orphan(command);

    Output refused = lab.runThrough(guarded("fail", command));
    assertThat(refused.standardError()).contains("hold (pid " + orphan);
    Running waiting = lab.startThrough(guarded("wait", command));
    waiting.awaitChildren(2);
    assertThat(ProcessHandle.of(orphan)).isPresent();

    lab.runThrough("run", "--no-start", "-p", "8080", "--on-conflict", "take", "--", "true");

    Example.awaitEnd(orphan);
    waiting.awaitReady();
  }

  /** Started by a shell that is killed then. */
  private long orphan(List<String> command) {
    List<String> line =
        new ArrayList<>(List.of("sh", "-c", "exec 3<&0; \"$@\" <&3 & echo fork $!; wait", "sh"));
    line.addAll(command);
    Running parent = lab.startForeign(line.toArray(String[]::new));
    long orphan = parent.awaitFork();
    lab.awaitState(8080, "LISTEN");
    parent.killAlone();
    return orphan;
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTHON_HTTP", "NODE", "NGINX_SERVER"})
  void timeWaitIsNoMatterForAServerThatSetsReuseaddr(Server server) throws IOException {
    lab.leaveTimeWait("set s reuseaddr");

    Running started = lab.startThrough(guarded("fail", server.command(directory)));

    lab.awaitState(8080, "LISTEN");
    assertThat(started.isAlive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"RAW_PYTHON", "JAVA", "STATIC_C"})
  void timeWaitIsNamedToAServerThatDoesNot(Server server) throws IOException {
    lab.leaveTimeWait("set s reuseaddr");

    Output output = lab.runThrough(guarded("fail", server.command(directory)));

    assertThat(output.exitCode()).isNotZero();
    assertThat(output.standardError())
        .startsWith(server.address())
        .contains("TIME_WAIT", "SO_REUSEADDR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "replace", "take"})
  void timeWaitIsWaitedForByEveryOtherPolicy(String policy) throws IOException {
    Lab.requireRoot("a minute would pass: only root may destroy a TIME_WAIT");
    lab.leaveTimeWait("set s reuseaddr");
    Running started = lab.startThrough(guarded(policy, Server.RAW_PYTHON.command(directory)));
    started.awaitChildren(2);

    // It says that the port is held again: by the program that waited.
    Output destroyed = lab.runThrough("free", "--yes", "--destroy", "8080");
    assertThat(destroyed.standardOutput()).contains("did    the kernel has dropped a socket");

    lab.awaitState(8080, "LISTEN");
    assertThat(started.isAlive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "take", "wait"})
  void manyThreadsThatBindAtOnceAllGetTheirPorts(String policy) {
    List<String> command = List.of(Programs.THREADS.toString(), Integer.toString(THREADS), "8080");
    Running earlier = lab.startForeign(command.toArray(String[]::new)).awaitReady();

    Running started = lab.startThrough(guarded(policy, command));
    if (policy.equals("wait")) {
      // One that waits for each thread.
      started.awaitChildren(1 + THREADS);
      earlier.signal("TERM");
    }

    assertThat(earlier.awaitExit()).isEqualTo(143);
    started.awaitReady();
  }

  @Test
  void manyThreadsGetSoReuseaddr() {
    lab.leaveTimeWait("set s reuseaddr");

    lab.startThrough(
            "run", "--guard", "--reuseaddr", "--", Programs.THREADS.toString(), "16", "8080")
        .awaitReady();
  }

  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=" + Lab.NOBODY, "--regid=" + Lab.NOBODY, "--clear-groups");

  private static List<String> asNobody(List<String> command) {
    List<String> line = new ArrayList<>(AS_NOBODY);
    line.addAll(command);
    return line;
  }

  /** A server with a data directory of its own; it refuses to run as root. */
  private List<String> postgresql() throws IOException {
    Lab.requireRoot("PostgreSQL refuses to run as root, so a second user is needed");
    Lab.requireProgram("setpriv");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    String data = directory.resolve("data").toString();
    Output made =
        Output.of(asNobody(List.of(Programs.postgresql("initdb"), "-D", data, "--no-sync")));
    assertThat(made.exitCode()).as("%s", made).isZero();
    return List.of(
        Programs.postgresql("postgres"), "-D", data, "-k", "", "-h", "127.0.0.1", "-p", "8080");
  }

  private List<String> throughAsNobody(String policy, List<String> command) {
    List<String> line =
        new ArrayList<>(List.of(Programs.EXECUTABLE.toString(), "run", "-p", "127.0.0.1:8080"));
    line.addAll(List.of("--reuseaddr", "--on-conflict", policy, "--"));
    line.addAll(command);
    return asNobody(line);
  }

  /**
   * Its lock file would stop a second one before it binds, so the port is named: the first is gone
   * when the second begins.
   */
  @ParameterizedTest
  @ValueSource(strings = {"replace", "take"})
  void postgresqlComesInPlaceOfTheOneThatRuns(String policy) throws IOException {
    List<String> postgres = postgresql();
    Running earlier = startPlainly(asNobody(postgres));

    Running refused = lab.startForeign(throughAsNobody("fail", postgres).toArray(String[]::new));
    refused.awaitLine("127.0.0.1:8080, for a server with SO_REUSEADDR,");
    assertThat(refused.awaitExit()).isEqualTo(125);
    Running started = lab.startForeign(throughAsNobody(policy, postgres).toArray(String[]::new));

    assertThat(earlier.awaitExit()).isZero();
    assertServedByAnother(earlier.pid(), started);
  }
}

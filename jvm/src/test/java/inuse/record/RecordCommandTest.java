package inuse.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.Command;
import inuse.core.Inuse;
import inuse.jvm.ForeignSystemCalls;
import inuse.jvm.Main;
import inuse.jvm.RootAlone;
import inuse.kernel.SystemCalls;
import inuse.kernel.bpf.GroupOfItsOwn;
import inuse.mcp.Server;
import inuse.render.EventJson;
import inuse.run.Supervisor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inuse record} as a program, in a control group of the test's own. */
final class RecordCommandTest {
  /** Capabilities that are enough, as capabilities(7) numbers them: BPF and NET_ADMIN. */
  private static final String ENOUGH = "+net_admin,+cap_39";

  private static final String THIEF =
      """
      import socket, os, sys, time
      s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()
      t = socket.socket()
      try: t.bind(s.getsockname())
      except OSError as e: print(s.getsockname()[1], e.errno, flush=True)
      t.close()
      sys.exit(7)
      """;

  @TempDir private Path directory;

  @BeforeEach
  void rootIsNeeded() {
    RootAlone.isNeeded(new ForeignSystemCalls(), RecordCommandTest.class);
  }

  private static List<String> inuse(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                "inuse.jvm.Main"));
    command.addAll(List.of(words));
    return command;
  }

  /** Where the classes of this test's own class path are from. */
  private static String classPath() {
    Set<String> places = new LinkedHashSet<>();
    for (Class<?> one :
        List.of(
            Main.class,
            Command.class,
            Server.class,
            Recorder.class,
            Supervisor.class,
            EventJson.class,
            Inuse.class,
            SystemCalls.class)) {
      places.add(one.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
    return String.join(":", places);
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).start();
  }

  private static String text(InputStream from) throws IOException {
    return new String(from.readAllBytes(), UTF_8);
  }

  @Test
  void theThiefOfAFlakyTestIsNamedAndTheStatusIsTheCommands() throws Exception {
    Path report = directory.resolve("report.md");
    Path summary = Files.writeString(directory.resolve("summary.md"), "before\n");
    ProcessBuilder recorded =
        new ProcessBuilder(
            inuse(
                "record", "--report", report.toString(), "--github", "--", "python3", "-c", THIEF));
    recorded.environment().put("GITHUB_STEP_SUMMARY", summary.toString());
    Process process = recorded.start();

    String output = text(process.getInputStream());
    String errors = text(process.getErrorStream());
    String port = output.split(" ", -1)[0];

    assertThat(process.waitFor()).as(errors).isEqualTo(7);
    assertThat(errors)
        .contains("ports: 1 bound, 1 refused")
        .containsPattern("refused  tcp 127.0.0.1:" + port + "  python3\\S* \\(pid \\d+\\)")
        .containsPattern("held by python3\\S* \\(pid \\d+\\)");
    assertThat(report).content().contains("| **refused** |", "127.0.0.1:" + port);
    assertThat(summary).content().startsWith("before\n### Ports\n").contains("**refused**");
    assertThat(groupsLeft()).isEmpty();
  }

  private static List<String> groupsLeft() throws IOException {
    try (GroupOfItsOwn beside = new GroupOfItsOwn();
        var all = Files.walk(beside.directory().getParent(), 2)) {
      return all.map(Path::toString).filter(path -> path.contains("inuse-record-")).toList();
    }
  }

  @Test
  void theStepOfTheExampleSaysInItsSummaryWhichBindBrokeTheTest() throws Exception {
    Path example = root().resolve("examples/github");
    String step =
        Files.readString(example.resolve("ports.yml"))
            .lines()
            .filter(line -> line.contains("run: sudo"))
            .findFirst()
            .orElseThrow()
            .strip();
    List<String> words =
        List.of(step.replace("run: sudo --preserve-env inuse ", "").split(" ", -1));
    Path summary = Files.createFile(directory.resolve("summary.md"));
    ProcessBuilder recorded =
        new ProcessBuilder(inuse(words.toArray(String[]::new))).directory(example.toFile());
    recorded.environment().put("GITHUB_STEP_SUMMARY", summary.toString());
    Process process = recorded.start();

    String errors = text(process.getErrorStream());

    assertThat(process.waitFor()).as(errors).isEqualTo(1);
    assertThat(errors).contains("Address already in use");
    assertThat(summary)
        .content()
        .containsPattern("\\*\\*refused\\*\\* \\| tcp 127.0.0.1:\\d+ \\| python3");
  }

  @Test
  void twoAtOnceDoNotSeeEachOther() throws Exception {
    String waits =
        """
        import socket, sys
        s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()
        print(s.getsockname()[1], flush=True)
        sys.stdin.read()
        """;
    Process first = start(inuse("record", "--", "python3", "-c", waits));
    Process second = start(inuse("record", "--", "python3", "-c", waits));
    String one = line(first);
    String other = line(second);
    first.getOutputStream().close();
    second.getOutputStream().close();

    assertThat(text(first.getErrorStream())).contains(":" + one + " ").doesNotContain(":" + other);
    assertThat(text(second.getErrorStream())).contains(":" + other + " ").doesNotContain(":" + one);
    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
  }

  private static String line(Process process) throws IOException {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
  }

  /** Starts a recorder for which a control group of ours is the whole host. */
  private Process daemon(GroupOfItsOwn group, String... before) throws IOException {
    Path whole = group.directory().getParent();
    String script =
        "echo 0 >"
            + group.directory()
            + "/cgroup.procs && exec unshare -C -m sh -c 'umount "
            + whole
            + " && mount -t cgroup2 none "
            + whole
            + " && exec \"$@\"' sh \"$@\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(List.of(before));
    command.addAll(inuse("record", "--directory", directory.resolve("log").toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void awaitLine(Process process, String part) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    List<String> all = new ArrayList<>();
    String line = lines.readLine();
    while (line != null && !line.contains(part)) {
      all.add(line);
      line = lines.readLine();
    }
    assertThat(line).as("%s", all).isNotNull();
  }

  private List<String> recorded() throws IOException {
    List<String> lines = new ArrayList<>();
    try (var files = Files.list(directory.resolve("log"))) {
      for (Path file : files.sorted().toList()) {
        lines.addAll(Files.readAllLines(file, ISO_8859_1));
      }
    }
    return lines;
  }

  /** Ends it by SIGTERM; it has all the time it wants, of which it is to need little. */
  private static void terminate(Process daemon) throws InterruptedException {
    daemon.destroy();
    assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(daemon.exitValue()).isZero();
  }

  @Test
  void aSignalEndsItWithALastLine() throws Exception {
    try (GroupOfItsOwn group = new GroupOfItsOwn()) {
      Process daemon = daemon(group);
      awaitLine(daemon, "not seen: what was refused before now");
      group.run("import socket", "socket.socket().bind(('127.0.0.1', 0))");
      terminate(daemon);
    }
    assertThat(recorded()).last().asString().contains("\"event\": \"end\"");
    assertThat(recorded()).anyMatch(line -> line.contains("\"bound\""));
  }

  @Test
  void oneThatIsKilledInABurstLeavesNothingInTheKernelAndTheNextSaysSo() throws Exception {
    try (GroupOfItsOwn group = new GroupOfItsOwn()) {
      Process killed = daemon(group);
      awaitLine(killed, "not seen");
      Process burst =
          group.python(
              "import socket",
              "print('now', flush=True)",
              "while True: socket.socket().bind(('127.0.0.1', 0))");
      line(burst);
      awaitEvents();
      killed.destroyForcibly().waitFor();
      assertThat(attached(group)).isEmpty();

      Process next = daemon(group);
      awaitLine(next, "not seen");
      burst.destroyForcibly().waitFor();
      group.run("import socket", "socket.socket().bind(('127.0.0.1', 0))");
      terminate(next);
      assertThat(attached(group)).isEmpty();
    }
    List<String> lines = recorded();
    assertThat(lines)
        .filteredOn(line -> line.contains("\"gap\"") && line.contains("stopped-unexpectedly"))
        .hasSize(1);
    Set<String> told = new HashSet<>();
    Pattern event = Pattern.compile("\"event\": \"(bound|released)\".*\"cookie\": (\\d+)");
    for (String line : lines) {
      Matcher matcher = event.matcher(line);
      if (matcher.find()) {
        assertThat(told.add(matcher.group(1) + matcher.group(2))).as(line).isTrue();
      }
    }
    assertThat(told).hasSizeGreaterThan(100);
  }

  private void awaitEvents() throws IOException {
    while (recorded().size() < 200) {
      Thread.onSpinWait();
    }
  }

  private static List<String> attached(GroupOfItsOwn group)
      throws IOException, InterruptedException {
    Process tool = start(List.of("bpftool", "cgroup", "list", group.directory().toString()));
    String output = text(tool.getInputStream());
    tool.waitFor();
    return output.lines().filter(line -> line.contains("inuse")).toList();
  }

  @Test
  void anOrdinaryUserWithTwoCapabilitiesMayRecord() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path log = Files.createDirectory(directory.resolve("log"));
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (GroupOfItsOwn group = new GroupOfItsOwn()) {
      Process daemon =
          daemon(
              group,
              "setpriv",
              "--reuid=65534",
              "--regid=65534",
              "--clear-groups",
              "--inh-caps=-all," + ENOUGH,
              "--ambient-caps=-all," + ENOUGH,
              "--bounding-set=-all," + ENOUGH);
      awaitLine(daemon, "not seen: what was refused before now");
      group.run("import socket", "socket.socket().bind(('127.0.0.1', 0))");
      terminate(daemon);
    }
    assertThat(recorded()).anyMatch(line -> line.contains("\"bound\""));
  }

  @Test
  void whereTheKernelTakesNoProgramItLooksOnceASecondAndSaysSo() throws Exception {
    try (GroupOfItsOwn group = new GroupOfItsOwn()) {
      Process daemon =
          daemon(group, "setpriv", "--inh-caps=-all", "--bounding-set=-bpf,-sys_admin");
      awaitLine(daemon, "this looks once a second instead");
      Process server =
          group.python(
              "import socket, sys",
              "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
              "print(s.getsockname()[1], flush=True)",
              "sys.stdin.read()");
      String port = line(server);
      while (recorded().stream().noneMatch(one -> isOf(one, "listening", port))) {
        Thread.onSpinWait();
      }
      server.getOutputStream().close();
      server.waitFor();
      while (recorded().stream().noneMatch(one -> isOf(one, "released", port))) {
        Thread.onSpinWait();
      }
      terminate(daemon);
    }
    assertThat(recorded().getFirst()).contains("\"source\": \"polling\"");
  }

  private static boolean isOf(String line, String event, String port) {
    return line.contains("\"event\": \"" + event + "\"") && line.contains("\"port\": " + port);
  }

  @Test
  void theUnitIsNoMoreExposedThanTwoOfTen() throws Exception {
    Path unit = root().resolve("packaging/systemd/inuse-record.service");
    assertThat(exposure(unit)).isZero();

    String open =
        Files.readString(unit).replace("NoNewPrivileges=yes\n", "").replace("User=inuse\n", "");
    Path planted = Files.writeString(directory.resolve("planted.service"), open);
    assertThat(exposure(planted)).isNotZero();
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("packaging")) ? here : here.resolve("..").normalize();
  }

  private static int exposure(Path unit) throws IOException, InterruptedException {
    Process tool =
        start(
            List.of(
                "systemd-analyze",
                "security",
                "--no-pager",
                "--offline=true",
                "--threshold=20",
                unit.toString()));
    text(tool.getInputStream());
    return tool.waitFor();
  }
}

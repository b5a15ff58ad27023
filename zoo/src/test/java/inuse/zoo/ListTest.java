package inuse.zoo;

import static inuse.zoo.Lab.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The list of everything that is bound, of a real kernel. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class ListTest extends Scenarios {
  /** A server in a terminal, which is closed as soon as it listens: prints its pid, and stays. */
  private static final String IN_A_TERMINAL =
      """
      import os, pty, sys, time
      child, terminal = pty.fork()
      if child == 0:
          os.execvp("sh", ["sh", "-c", sys.argv[1]] + sys.argv[2:])
      line = b""
      while b"\\n" not in line:
          line += os.read(terminal, 1000)
      os.close(terminal)
      os.waitpid(child, 0)
      print("server", line.decode().split()[0], flush=True)
      sys.stdin.read()
      """;

  /** Listens, says its pid and stays; hangs up for nobody. */
  private static final String SERVER =
      """
      import os, signal, socket, sys, time
      signal.signal(signal.SIGHUP, signal.SIG_IGN)
      server = socket.socket()
      server.bind(("127.0.0.1", 8080))
      server.listen()
      print(os.getpid(), flush=True)
      time.sleep(600)
      """;

  /** Listens until its standard input ends. */
  private static final String NODE_SERVER =
      """
      require("net").createServer().listen(8080, "127.0.0.1");
      process.stdin.on("end", () => process.exit()).resume();
      """;

  ListTest(Way way) {
    super(way);
  }

  private JsonObject list(QuestionAssert question) {
    Output output = question.run("list", "--json");
    PublishedSchema.of(lab.way()).assertAllows(output);
    return JsonParser.parseString(output.standardOutput()).getAsJsonObject();
  }

  private static List<JsonObject> rowsOf(JsonObject list) {
    return list.getAsJsonArray("rows").asList().stream().map(JsonElement::getAsJsonObject).toList();
  }

  private List<JsonObject> rows(String... words) {
    return rowsOf(list(lab.question(words)));
  }

  private static Set<String> ports(JsonObject list) {
    return rowsOf(list).stream()
        .flatMap(row ->
            row.getAsJsonArray("ports").asList().stream()
                .map(port -> word(row, "protocol") + "/" + port.getAsInt()))
        .collect(Collectors.toSet());
  }

  private JsonObject row(int port) {
    List<JsonObject> those = rows(Integer.toString(port));
    assertThat(those).as("rows of %s", port).hasSize(1);
    return those.getFirst();
  }

  private static String word(JsonObject row, String name) {
    return row.get(name).getAsString();
  }

  private static int holders(JsonObject row) {
    return row.getAsJsonArray("holders").size();
  }

  private static JsonObject own(JsonObject list) {
    return list.getAsJsonArray("namespaces").get(0).getAsJsonObject();
  }

  /** One of each kind, with a client, and what is left of others. */
  private void everyKind() {
    lab.leaveTimeWait("set s reuseaddr");
    lab.hold(
        "socket s tcp4",
        "bind s 0.0.0.0 9001",
        "listen s",
        "socket c tcp4",
        "connect c 127.0.0.1 9001",
        "accept a s");
    lab.hold("socket b tcp4", "set b reuseaddr", "bind b 127.0.0.1 7001");
    lab.hold("socket u udp6", "bind u ::1 5353");
  }

  @Test
  void eachSocketIsCountedOnceAndNoneIsLost() {
    everyKind();

    JsonObject list = list(lab.question());
    long others =
        lab.output("ss", "-Htuan").standardOutput().lines().filter(line -> !line.isBlank()).count();

    // ss does not show what is bound and does not listen.
    assertThat(own(list).get("sockets").getAsLong()).isEqualTo(others + 1);
    assertThat(ports(list))
        .containsExactlyInAnyOrder("tcp/8080", "tcp/9001", "tcp/7001", "udp/5353");
    assertThat(own(list).get("outgoing").getAsInt()).isEqualTo(1);
  }

  @Test
  void aRowSaysWhatAQuestionAboutItsPortWouldSay() {
    everyKind();

    for (int port : new int[] {8080, 9001, 7001}) {
      JsonObject row = row(port);
      lab.ask(Integer.toString(port)).because(word(row, "cause"));
    }
    lab.ask("udp/5353").because(word(row(5353), "cause"));
    assertThat(row(9001).get("clients").getAsInt()).isEqualTo(1);
    assertThat(word(row(9001), "reach")).isEqualTo("everyone");
    assertThat(word(row(7001), "reach")).isEqualTo("local");
    assertThat(row(7001).get("blocks").toString()).isEqualTo("[\"plain\"]");
  }

  @Test
  void aMasterAndItsWorkersAreOneRow() {
    Running master = lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "fork", "fork");

    JsonObject row = row(8080);

    assertThat(row.get("pid").getAsLong()).isEqualTo(master.pid());
    assertThat(row.get("workers").getAsInt()).isEqualTo(2);
    assertThat(holders(row)).isEqualTo(3);
  }

  @Test
  void anOrdinaryUserLosesNamesAndNoRow() {
    Lab.requireRoot("two users are needed");
    everyKind();

    JsonObject seen = list(lab.question().by(NOBODY));

    assertThat(ports(seen)).isEqualTo(ports(list(lab.question())));
    assertThat(rowsOf(seen))
        .allSatisfy(row -> assertThat(holders(row)).isZero())
        .filteredOn(row -> !word(row, "cause").equals("time-wait"))
        .allSatisfy(row -> assertThat(word(row, "cause")).isEqualTo("hidden-holder"));
  }

  @Test
  void theKernelsSocketIsTheDevices() {
    Lab.requireRoot("devices are needed");
    String ip = Lab.requireProgram("ip");
    lab.run(
        ip,
        "link",
        "add",
        "vx7",
        "type",
        "vxlan",
        "id",
        "5",
        "dstport",
        "4790",
        "local",
        "127.0.0.1");
    lab.run(ip, "link", "set", "vx7", "up");

    JsonObject row = row(4790);

    assertThat(word(row, "cause")).isEqualTo("kernel-socket");
    assertThat(row.getAsJsonObject("kept_by").get("name").getAsString()).isEqualTo("vxlan");
  }

  @Test
  void unixSocketsAreThereWhenAskedFor(@TempDir Path directory) {
    Path path = directory.resolve("app.sock");
    Running server = lab.holdUnix("socket s stream", "bind s " + path, "listen s 5");

    List<JsonObject> rows = rows("--unix", "app.sock");

    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().getAsJsonArray("addresses").get(0).getAsString())
        .isEqualTo(path.toString());
    assertThat(rows.getFirst().get("pid").getAsLong()).isEqualTo(server.pid());
    assertThat(rows("app.sock")).isEmpty();
  }

  @Test
  void otherNamespacesAreSaidToBeThereAndListedWhenAskedFor() {
    Lab.requireRoot("cannot enter a network namespace");
    Lab other = new Lab(lab.way());
    try {
      other.listener(8081);
      lab.listener(8080);

      assertThat(list(lab.question()).get("other_namespaces").getAsInt()).isPositive();
      assertThat(rows("--all-netns", "8080-8081"))
          .filteredOn(row -> row.get("netns").getAsLong() == other.netns())
          .hasSize(1)
          .allSatisfy(row -> assertThat(word(row, "reach")).isEqualTo("inside"));
    } finally {
      other.close();
    }
  }

  @Test
  void onAPipeARowIsALineAndTheStatusIsAnAnswer() {
    assertThat(lab.question().run("list").exitCode()).isEqualTo(1);
    lab.listener(8080);

    Output bare = lab.question().run();
    assertThat(bare.exitCode()).isZero();
    assertThat(bare.standardOutput()).matches("8080\ttcp\teveryone\tall\t\\d+\t[^\n]*\n");
    assertThat(lab.question("-q").run("list").standardOutput()).isEmpty();
    assertThat(lab.question("-q", "9999").run("list").exitCode()).isEqualTo(1);
    assertThat(lab.question("--sort", "beauty").run("list").exitCode()).isEqualTo(2);
  }

  @Test
  void whatIsServedIsComparedWithWhatShouldBe(@TempDir Path directory) {
    String file = directory.resolve("expected").toString();
    Running server = lab.listener(8080);
    assertThat(lab.question("--save", file).run("list").exitCode()).isZero();
    assertThat(lab.question("--expect", file).run("list").exitCode()).isZero();

    Running another = lab.listener("127.0.0.1", 8081);
    Output more = lab.question("--expect", file).run("list");
    assertThat(more.exitCode()).isEqualTo(1);
    assertThat(more.standardOutput()).matches("new: tcp 8081, hold, local\n");
    JsonObject document = list(lab.question("--expect", file));
    assertThat(document.getAsJsonArray("differences").size()).isEqualTo(1);

    another.close();
    server.close();
    Running again = lab.listener(8080);
    assertThat(again.pid()).isNotEqualTo(server.pid());
    assertThat(lab.question("--expect", file).run("list").exitCode()).isZero();
    again.close();
    assertThat(lab.question("--expect", file).run("list").standardOutput())
        .isEqualTo("missing: tcp 8080, hold, everyone\n");
    assertThat(lab.question("--expect", "/etc/passwd").run("list").exitCode()).isEqualTo(2);
  }

  private void assertLeftOver(int port, String by) {
    JsonObject row = row(port);
    assertThat(word(row, "left_over")).as("%s", row).isEqualTo(by);
    assertThat(rows("--left-over")).hasSize(1);
  }

  private void assertKept(int port) {
    assertThat(row(port).get("left_over").isJsonNull()).as("%s", row(port)).isTrue();
    assertThat(rows("--left-over")).isEmpty();
  }

  @Test
  void whatAKilledStarterLeftIsLeftOver() {
    Running session =
        lab.startHold(
            "session", "maker", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "orphan");
    session.awaitFork();

    assertLeftOver(8080, "starter");
  }

  @Test
  void aDaemonIsNotLeftOver() {
    Running session =
        lab.startHold(
            "session", "maker", "socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "daemon");
    session.awaitFork();

    assertKept(8080);
  }

  @Test
  void whatLeftItsSessionOnPurposeIsNotLeftOver() {
    Running shell =
        lab.startOwn(
            "setsid",
            "sh",
            "-c",
            "exec 3<&0; setsid \"$@\" <&3 & cat <&3",
            "sh",
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s");
    lab.awaitState(8080, "LISTEN");

    assertThat(shell.isAlive()).isTrue();
    assertKept(8080);
  }

  /** It ends by itself only after a while. */
  private void endServer() {
    lab.run("kill", "-KILL", row(8080).get("pid").getAsString());
  }

  private Running inATerminal(String command) {
    Running running =
        lab.startOwn(Programs.python(), "-c", IN_A_TERMINAL, command, Programs.python(), SERVER);
    running.awaitLine("server");
    return running;
  }

  @Test
  void whatGoesOnInATerminalThatWasClosedIsLeftOver() {
    inATerminal("trap '' HUP; \"$0\" -c \"$1\" & sleep 0.1; kill -KILL $$");

    assertLeftOver(8080, "starter");
    lab.ask("8080").because("orphaned-child");
    endServer();
  }

  @Test
  void whatNpmStartedIsLeftOverWhenNpmIsKilled(@TempDir Path directory) throws IOException {
    String npm = Lab.requireProgram("npm");
    Lab.requireProgram("node");
    Files.writeString(
        directory.resolve("package.json"),
        "{\"scripts\": {\"dev\": \"node server.js || exit 1\"}}");
    Files.writeString(directory.resolve("server.js"), NODE_SERVER);
    Running shell =
        lab.startForeign(
            "setsid",
            "sh",
            "-c",
            "exec 3<&0; cd \"$0\"; npm_config_logs_max=0 \"$@\" <&3 & echo npm $!; wait; sleep"
                + " 1000",
            directory.toString(),
            npm,
            "--update-notifier=false",
            "run",
            "dev");
    String pid = shell.awaitLine("npm");
    lab.awaitState(8080, "LISTEN");
    assertKept(8080);
    assertThat(word(row(8080), "script")).isEqualTo("server.js");

    lab.run("kill", "-KILL", pid);

    Running.await("npm to end", () -> Files.notExists(Path.of("/proc", pid)));
    assertLeftOver(8080, "starter");
  }

  private static JsonObject keeper(JsonObject row) {
    return row.getAsJsonObject("kept_by");
  }

  @Test
  void whatRanBelowATmuxThatIsDeadIsLeftOver(@TempDir Path directory) throws IOException {
    Path server = Files.writeString(directory.resolve("server.py"), SERVER);
    String command = "sh -c 'trap \"\" HUP; " + Programs.python() + " " + server + "; sleep 60'";
    try (Tmux tmux = new Tmux(lab, directory, 80, 24, command)) {
      lab.awaitState(8080, "LISTEN");
      assertThat(word(keeper(row(8080)), "kind")).isEqualTo("tmux");
      // On a busy machine tmux may not answer in time.
      Running.await(
          "the window of tmux", () -> keeper(row(8080)).get("name").toString().equals("\"0:0\""));
      assertKept(8080);

      lab.run("kill", "-KILL", tmux.told("pid"));
    }
    Running.await(
        "the terminal to be closed",
        () -> rows("8080").getFirst().get("left_over").isJsonPrimitive());

    assertLeftOver(8080, "starter");
    endServer();
  }

  @Test
  void whatWorksInAWorktreeThatWasRemovedIsLeftOver(@TempDir Path directory) throws IOException {
    String git = Lab.requireProgram("git");
    Path repository = Files.createDirectory(directory.resolve("shop"));
    Path worktree = directory.resolve("wt");
    lab.run(git, "init", "-q", repository.toString());
    String[] at = {
      git, "-C", repository.toString(), "-c", "user.name=zoo", "-c", "user.email=zoo@zoo"
    };
    lab.run(with(at, "commit", "-q", "--allow-empty", "-m", "one"));
    lab.run(with(at, "worktree", "add", "-q", worktree.toString()));
    lab.startOwn(
            "sh",
            "-c",
            "cd \"$0\" && exec \"$@\"",
            worktree.toString(),
            Programs.HOLD.toString(),
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s")
        .awaitReady();
    assertThat(word(row(8080), "branch")).isEqualTo("wt");
    assertKept(8080);

    lab.run(with(at, "worktree", "remove", "--force", worktree.toString()));

    assertLeftOver(8080, "directory");
    assertThat(word(row(8080), "directory")).isEqualTo(worktree.toString());
    assertThat(rows("--left-over", "--under", directory.toString())).hasSize(1);
    assertThat(rows("--left-over", "--under", repository.toString())).isEmpty();
  }

  @Test
  void whatIsLeftOverBelowADirectoryIsFreedAndNobodyElse(@TempDir Path directory)
      throws IOException {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    Running left = serverIn(gone, "bind s 127.0.0.1 8080", "socket t tcp4", "bind t 0.0.0.0 8081");
    Running beside = lab.listener("127.0.0.2", 8080);
    Running kept = serverIn(Files.createDirectory(directory.resolve("kept")), "bind s :: 8082");
    Files.delete(gone);

    Output refused = lab.question("--left-over", "--under", directory.toString()).run("free");
    assertThat(refused.exitCode()).isEqualTo(4);
    assertThat(refused.standardOutput()).startsWith("8080");
    assertThat(left.isAlive()).isTrue();

    Output done = lab.question("--left-over", "--under", directory.toString()).run("free", "--yes");
    assertThat(done.exitCode()).as("%s", done).isZero();
    assertThat(left.isAlive()).isFalse();
    assertThat(beside.isAlive()).isTrue();
    assertThat(kept.isAlive()).isTrue();
    Output again = lab.question("--left-over", "--under", directory.toString()).run("free", "-y");
    assertThat(again.exitCode()).isZero();
    assertThat(lab.question("--left-over").run("free", "--yes").exitCode()).isEqualTo(2);
  }

  private Running serverIn(Path directory, String... steps) {
    String[] start = {
      "sh", "-c", "cd \"$0\" && exec \"$@\"", directory.toString(), Programs.HOLD.toString()
    };
    String family = steps[0].contains("::") ? "tcp6" : "tcp4";
    return lab.startOwn(with(with(with(start, "socket s " + family), steps), "listen s"))
        .awaitReady();
  }

  @Test
  void aWorktreeThatIsThereIsNotGone(@TempDir Path directory) throws IOException {
    Path repository = Files.createDirectory(directory.resolve("shop"));
    serverIn(repository, "bind s 0.0.0.0 8080");
    assertKept(8080);
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }
}

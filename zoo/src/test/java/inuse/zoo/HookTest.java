package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse hook}: what it denies, and whether the line that it offers does what was meant. */
final class HookTest extends Scenarios {
  private static final Path GUIDE = Path.of("../docs/guide/agents.md");
  private static final Path LINES = Path.of("../cli/src/test/resources/inuse/cli/hook");
  private static final String KILL = "lsof -ti:8080 | xargs kill -9";

  @TempDir private Path directory;

  HookTest() {
    super(Way.EXECUTABLE);
  }

  private Output hook(String event) throws IOException {
    Path file = Files.writeString(directory.resolve("event.json"), event);
    return shell("inuse hook < " + file);
  }

  /** A command of an agent that works in the directory, and has inuse. */
  private Output shell(String line) {
    return lab.output(
        "sh",
        "-c",
        "cd \"$0\"; program=$2; inuse() { \"$program\" \"$@\"; }; eval \"$1\"",
        directory.toString(),
        line,
        Programs.EXECUTABLE.toString());
  }

  private static String event(String command) {
    JsonObject input = new JsonObject();
    input.addProperty("command", command);
    JsonObject event = new JsonObject();
    event.addProperty("hook_event_name", "PreToolUse");
    event.addProperty("tool_name", "Bash");
    event.add("tool_input", input);
    return event.toString();
  }

  private String offered(String command) throws IOException {
    Output answer = hook(event(command));
    assertThat(answer.exitCode()).as("%s", answer).isZero();
    assertThat(answer.standardOutput()).hasLineCount(1);
    JsonObject decision =
        JsonParser.parseString(answer.standardOutput())
            .getAsJsonObject()
            .getAsJsonObject("hookSpecificOutput");
    assertThat(decision.get("permissionDecision").getAsString()).isEqualTo("deny");
    return decision
        .get("permissionDecisionReason")
        .getAsString()
        .lines()
        .filter(line -> line.startsWith("  inuse "))
        .map(String::strip)
        .findFirst()
        .orElseThrow();
  }

  private Running server(Path place) {
    return lab.startOwn(
            "sh",
            "-c",
            "cd \"$0\" && exec \"$@\"",
            place.toString(),
            Programs.HOLD.toString(),
            "name node",
            "socket s tcp4",
            "bind s 0.0.0.0 8080",
            "listen s")
        .awaitReady();
  }

  @ParameterizedTest
  @ValueSource(strings = {KILL, "fuser -k 8080/tcp", "npx kill-port 8080"})
  void theLineThatIsOfferedEndsTheServerOfThisDirectory(String command) throws IOException {
    Running server = server(directory);

    Output done = shell(offered(command));

    assertThat(done.exitCode()).as("%s", done).isZero();
    assertThat(server.isAlive()).isFalse();
  }

  @Test
  void itLeavesTheServerOfAnotherDirectoryAlone(@TempDir Path elsewhere) throws IOException {
    Running server = server(elsewhere);

    Output refused = shell(offered(KILL));

    assertThat(refused.exitCode()).as("%s", refused).isEqualTo(4);
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void aNameIsLookedForBelowThisDirectory(@TempDir Path elsewhere) throws IOException {
    Running server = server(elsewhere);
    String line = offered("pkill -9 node");

    assertThat(line).isEqualTo("inuse list node --under .");
    assertThat(shell(line).exitCode()).isEqualTo(1);
    server.close();
    server(directory);
    assertThat(shell(line).standardOutput()).contains("8080");
  }

  private static Stream<String> lines(String name) throws IOException {
    return Files.readAllLines(LINES.resolve(name)).stream()
        .filter(line -> !line.startsWith("##"))
        .map(line -> line.replace("\\n", "\n").replace("\\t", "\t"));
  }

  /** The same lines as the tests of the recogniser, compiled to C. */
  @Test
  void everyBlindKillIsDeniedWithItsLine() throws IOException {
    assertThat(lines("denied.txt"))
        .hasSizeGreaterThan(80)
        .allSatisfy(line -> {
          int bar = line.indexOf(" | ");
          assertThat(offered(line.substring(bar + 3))).isEqualTo(line.substring(0, bar));
        });
  }

  @Test
  void whatIsOrdinaryPasses() throws IOException {
    assertThat(lines("passed.txt"))
        .hasSizeGreaterThan(300)
        .allSatisfy(line -> assertThat(hook(event(line)).standardOutput()).isEqualTo("{}\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[[[[", "\u0000\u0001", "{\"hook_event_name\": \"PreToolUse\"}"})
  void whatIsNoEventPasses(String event) throws IOException {
    Output answer = hook(event);

    assertThat(answer.standardOutput()).isEqualTo("{}\n");
    assertThat(answer.exitCode()).isZero();
  }

  /** Each set-up of the guide: what stands between the backquotes of its rows. */
  static Stream<String> setUps() throws IOException {
    return Files.readAllLines(GUIDE).stream()
        .filter(line -> line.startsWith("| ") && line.contains("inuse hook"))
        .map(line -> line.substring(line.lastIndexOf("| `") + 3, line.lastIndexOf('`')));
  }

  @ParameterizedTest
  @MethodSource("setUps")
  void aSetUpOfTheGuideIsWellFormed(String line) {
    assertThat(line).containsOnlyOnce("\"inuse hook\"");
    assertThat(line).matches("\\{.*}|hooks\\.PreToolUse = \\[.*]");
    if (line.startsWith("{")) {
      assertThat(JsonParser.parseString(line).getAsJsonObject().keySet()).contains("hooks");
    }
  }
}

package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inuse hook}: an agent's event in, one line of JSON out. */
final class HookCommandTest {
  private static final String PASSED = "{}\n";
  private static final String KILL = "lsof -ti:3000 | xargs kill -9";
  private static final String LINE = "inuse free 3000 --under . --yes";

  private static String answer(String event) {
    FakeHost host = new FakeHost();
    // As much at a time as a pipe has.
    for (int at = 0; at < event.length(); at += 1 << 16) {
      host.kernel.stdin(event.substring(at, Math.min(event.length(), at + (1 << 16))));
    }
    assertThat(host.run("hook")).isZero();
    assertThat(host.kernel.stderr()).isEmpty();
    assertThat(host.kernel.stdout()).endsWith("\n").hasLineCount(1);
    return host.kernel.stdout();
  }

  private static JsonValue denial(String event) {
    return JsonReader.parse(answer(event)).orElseThrow();
  }

  private static String claude(String command) {
    return "{\"session_id\": \"a\", \"cwd\": \"/w\", \"hook_event_name\": \"PreToolUse\","
        + " \"tool_name\": \"Bash\", \"tool_input\": {\"command\": \""
        + command
        + "\", \"description\": \"stop it\"}}";
  }

  private static String text(JsonValue value, String... names) {
    return value.at(names) instanceof JsonValue.Text(String text) ? text : "";
  }

  @Test
  void itDeniesInTheFormOfClaudeCodeAndCodex() {
    JsonValue denial = denial(claude(KILL));

    assertThat(text(denial, "hookSpecificOutput", "hookEventName")).isEqualTo("PreToolUse");
    assertThat(text(denial, "hookSpecificOutput", "permissionDecision")).isEqualTo("deny");
    assertThat(text(denial, "hookSpecificOutput", "permissionDecisionReason")).contains(LINE);
    assertThat(denial.values()).hasSize(1);
  }

  @Test
  void itDeniesInTheFormOfGemini() {
    JsonValue denial =
        denial(
            "{\"hook_event_name\":\"BeforeTool\",\"tool_name\":\"run_shell_command\","
                + "\"tool_input\":{\"command\":\""
                + KILL
                + "\"}}");

    assertThat(text(denial, "decision")).isEqualTo("deny");
    assertThat(text(denial, "reason")).contains(LINE);
  }

  @Test
  void itDeniesInTheFormOfCursor() {
    JsonValue denial =
        denial("{\"hook_event_name\":\"beforeShellExecution\",\"command\":\"" + KILL + "\"}");

    assertThat(text(denial, "permission")).isEqualTo("deny");
    assertThat(text(denial, "agent_message")).contains(LINE);
    assertThat(text(denial, "user_message")).contains(LINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"{\\\"command\\\":\\\"lsof -ti:3000 | xargs kill -9\\\"}\"",
        "{\"command\":\"lsof -ti:3000 | xargs kill -9\"}"
      })
  void itDeniesInTheFormOfCopilotWithArgumentsAsATextOrAnObject(String arguments) {
    JsonValue denial = denial("{\"toolName\":\"bash\",\"toolArgs\":" + arguments + "}");

    assertThat(text(denial, "permissionDecision")).isEqualTo("deny");
    assertThat(text(denial, "permissionDecisionReason")).contains(LINE);
  }

  @Test
  void aLineOfSeveralIsOneCommand() {
    assertThat(answer(claude("PID=$(lsof -ti:3000)\\nkill $PID"))).contains(LINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "\"lsof -ti:3000 | xargs kill\"",
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\"}",
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":[]}",
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{\"command\":1}}",
        "{\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"pkill"
            + " node\"}}",
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Write\",\"tool_input\":{\"command\":\"pkill"
            + " node\"}}",
        "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"pkill"
            + " 'node\"}}",
        "{\"toolName\":\"edit\",\"toolArgs\":\"{\\\"command\\\":\\\"pkill node\\\"}\"}",
        "{\"toolName\":\"bash\",\"toolArgs\":\"pkill node\"}"
      })
  void whatIsNoEventOfAShellPasses(String event) {
    assertThat(answer(event)).isEqualTo(PASSED);
  }

  @Test
  void ordinaryCommandsPass() {
    assertThat(answer(claude("npm test"))).isEqualTo(PASSED);
    assertThat(answer(claude("kill 1234"))).isEqualTo(PASSED);
  }

  @Test
  void anEventThatIsTooLongPasses() {
    assertThat(answer(claude(KILL + "; echo " + "x".repeat(1 << 20)))).isEqualTo(PASSED);
    assertThat(answer(claude(KILL + "; echo " + "x".repeat(1 << 18)))).contains(LINE);
  }

  @Test
  void randomInputPasses() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder event = new StringBuilder(claude("npm test"));
      for (int j = random.nextInt(20); j >= 0; j--) {
        event.setCharAt(random.nextInt(event.length()), (char) random.nextInt(256));
      }
      assertThat(answer(event.toString())).as("seed %d: %s", seed, event).isEqualTo(PASSED);
    }
  }

  @Test
  void itTakesNoWords() {
    FakeHost host = new FakeHost();
    assertThat(host.run("hook", "3000")).isEqualTo(2);
    assertThat(host.kernel.stderr()).contains("try: inuse hook --help");
  }
}

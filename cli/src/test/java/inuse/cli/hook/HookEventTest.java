package inuse.cli.hook;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.render.HookJson;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a hook is told, whole and damaged. */
final class HookEventTest {
  private static final int RANDOM = 100_000;

  private static final List<String> EVENTS =
      List.of(
          "{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"npm"
              + " test\"}}",
          "{\"hook_event_name\":\"BeforeTool\",\"tool_name\":\"run_shell_command\",\"tool_input\":{\"command\":\"npm"
              + " test\"}}",
          "{\"hook_event_name\":\"beforeShellExecution\",\"command\":\"npm test\"}",
          "{\"toolName\":\"bash\",\"toolArgs\":\"{\\\"command\\\":\\\"npm test\\\"}\"}");

  @Test
  void eachClientsEventIsRead() {
    assertThat(EVENTS)
        .extracting(event -> HookEvent.read(event).orElseThrow())
        .containsExactly(
            new HookEvent(HookJson.Form.PRE_TOOL_USE, "npm test"),
            new HookEvent(HookJson.Form.BEFORE_TOOL, "npm test"),
            new HookEvent(HookJson.Form.BEFORE_SHELL_EXECUTION, "npm test"),
            new HookEvent(HookJson.Form.COPILOT, "npm test"));
  }

  @Test
  void damagedEventsPass() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < RANDOM; i++) {
      StringBuilder event = new StringBuilder(EVENTS.get(random.nextInt(EVENTS.size())));
      for (int j = random.nextInt(12); j >= 0; j--) {
        event.setCharAt(random.nextInt(event.length()), (char) random.nextInt(256));
      }
      assertThat(HookEvent.read(event.toString()).flatMap(one -> Denial.of(one.command())))
          .as("seed %d: %s", seed, event)
          .isEmpty();
    }
  }
}

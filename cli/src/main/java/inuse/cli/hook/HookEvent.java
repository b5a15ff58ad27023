package inuse.cli.hook;

import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.render.HookJson;
import java.util.Optional;

/**
 * A command line that a coding agent is about to run, as its program tells a hook.
 *
 * @param form how the answer is written
 * @param command one char for each byte
 */
public record HookEvent(HookJson.Form form, String command) {
  /** The event of a text; empty where it is none, or about something else than a shell. */
  public static Optional<HookEvent> read(String text) {
    return JsonReader.parse(text).flatMap(HookEvent::of);
  }

  private static Optional<HookEvent> of(JsonValue event) {
    if (event.at("toolName").equals(text("bash"))) {
      // A text that is JSON itself, or the object.
      JsonValue given = event.at("toolArgs");
      Optional<JsonValue> arguments =
          given instanceof JsonValue.Text(String inside)
              ? JsonReader.parse(inside)
              : Optional.of(given);
      return arguments.flatMap(one -> of(HookJson.Form.COPILOT, one.at("command")));
    }
    JsonValue name = event.at("hook_event_name");
    JsonValue tool = event.at("tool_name");
    JsonValue command = event.at("tool_input", "command");
    if (name.equals(text("PreToolUse")) && tool.equals(text("Bash"))) {
      return of(HookJson.Form.PRE_TOOL_USE, command);
    }
    if (name.equals(text("BeforeTool")) && tool.equals(text("run_shell_command"))) {
      return of(HookJson.Form.BEFORE_TOOL, command);
    }
    return name.equals(text("beforeShellExecution"))
        ? of(HookJson.Form.BEFORE_SHELL_EXECUTION, event.at("command"))
        : Optional.empty();
  }

  private static JsonValue text(String content) {
    return new JsonValue.Text(content);
  }

  private static Optional<HookEvent> of(HookJson.Form form, JsonValue command) {
    return command instanceof JsonValue.Text(String line)
        ? Optional.of(new HookEvent(form, line))
        : Optional.empty();
  }
}

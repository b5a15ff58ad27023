package inuse.render;

/**
 * What a hook tells a coding agent's program about a command line that it is about to run. Each
 * program documents a form of its own; none of them is ours to change.
 */
public final class HookJson {
  /** The form in which a program asks, and is answered. */
  public enum Form {
    /** Claude Code (code.claude.com/docs/en/hooks) and Codex (its schema pre-tool-use.command). */
    PRE_TOOL_USE,
    /** Gemini CLI (geminicli.com/docs/hooks/reference). */
    BEFORE_TOOL,
    /** Cursor (cursor.com/docs/agent/hooks). */
    BEFORE_SHELL_EXECUTION,
    /** GitHub Copilot (docs.github.com/en/copilot/reference/hooks-configuration). */
    COPILOT
  }

  private HookJson() {}

  /** Nothing is said against it: valid in every form, and no permission either. */
  public static String passed() {
    return Json.line().beginObject().endObject().toString();
  }

  /**
   * It is not to be run, in one line.
   *
   * @param reason for the agent to read
   */
  public static String denial(Form form, String reason) {
    Json json = Json.line().beginObject();
    switch (form) {
      case PRE_TOOL_USE -> {
        json.name("hookSpecificOutput").beginObject();
        json.name("hookEventName").value("PreToolUse");
        permission(json, reason);
        json.endObject();
      }
      case BEFORE_TOOL -> json.name("decision").value("deny").name("reason").value(reason);
      case BEFORE_SHELL_EXECUTION -> {
        json.name("permission").value("deny");
        json.name("user_message").value(reason).name("agent_message").value(reason);
      }
      case COPILOT -> permission(json, reason);
    }
    return json.endObject().toString();
  }

  private static void permission(Json json, String reason) {
    json.name("permissionDecision").value("deny");
    json.name("permissionDecisionReason").value(reason);
  }
}

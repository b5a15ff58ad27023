package inuse.mcp;

import inuse.core.io.JsonValue;
import inuse.render.Json;

/** The result of a call of a tool, as each revision has it. */
final class ToolResult {
  private ToolResult() {}

  /** A document: as data, and as text for clients that know no data. */
  static void write(Replies replies, JsonValue id, Client client, String document) {
    replies.result(
        id,
        client.revision(),
        json -> {
          text(json, document);
          json.name("structuredContent").document(document);
          json.name("isError").value(false);
        });
  }

  /** Why there is none. */
  static void problem(Replies replies, JsonValue id, Client client, String why) {
    replies.result(
        id,
        client.revision(),
        json -> {
          text(json, why);
          json.name("isError").value(true);
        });
  }

  private static void text(Json json, String text) {
    json.name("content").beginArray().beginObject().name("type").value("text");
    json.name("text").value(text).endObject().endArray();
  }
}

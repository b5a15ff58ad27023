package inuse.serve.fleet;

import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import inuse.render.Escape;
import inuse.render.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** JSON that was read, written again: in one line, and with nothing hidden in its texts. */
final class JsonCopy {
  /** Command lines, which hold secrets. */
  private static final String ARGUMENTS = "args";

  private JsonCopy() {}

  /** Reads what arrived, if it is JSON. */
  static Optional<JsonValue> read(byte[] document) {
    return JsonReader.parse(new String(document, StandardCharsets.ISO_8859_1));
  }

  /** Writes it; arrays of command lines are empty. */
  static String of(JsonValue value) {
    Json json = Json.line();
    write(json, value);
    return json.text();
  }

  private static void write(Json json, JsonValue value) {
    switch (value) {
      case JsonValue.Text(String content) -> json.value(Escape.json(new Untrusted(content)));
      case JsonValue.Numeric(String content) -> json.document(content);
      case JsonValue.Flag(boolean set) -> json.value(set);
      case JsonValue.Nothing() -> json.value((String) null);
      case JsonValue.Items(var content) -> {
        json.beginArray();
        content.forEach(one -> write(json, one));
        json.endArray();
      }
      case JsonValue.Members(var content) -> {
        json.beginObject();
        for (JsonValue.Member member : content) {
          json.name(Escape.json(new Untrusted(member.name())));
          if (member.name().equals(ARGUMENTS) && member.value() instanceof JsonValue.Items) {
            json.beginArray().endArray();
          } else {
            write(json, member.value());
          }
        }
        json.endObject();
      }
    }
  }
}

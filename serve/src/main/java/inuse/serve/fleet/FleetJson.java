package inuse.serve.fleet;

import inuse.render.Escape;
import inuse.render.Json;
import inuse.render.Timestamp;
import java.util.List;
import java.util.Map;

/** The answers of a fleet as JSON: {@code inuse.fleet/1}. */
final class FleetJson {
  private FleetJson() {}

  /** What hosts answered. */
  static String of(String version, List<HostLine> lines) {
    Json json = begun(version);
    for (HostLine line : lines) {
      json.beginObject().name("host").value(line.host().text());
      json.name("status").value(line.status());
      json.name("silent").value(line.isSilent());
      json.name("silent_since").value(line.silentSince().map(Timestamp::millis).orElse(null));
      json.name("clock_ahead_ms").value(line.ahead());
      json.name("problem").value(line.problem().map(Escape::json).orElse(null));
      json.name("document").document(line.document().map(JsonCopy::of).orElse("null"));
      json.endObject();
    }
    return json.endArray().endObject().toString();
  }

  /** The hosts that there are. */
  static String hosts(String version, Map<HostName, Presence> known) {
    Json json = begun(version);
    for (Presence one : known.values()) {
      json.beginObject().name("host").value(one.host().text());
      json.name("seen").value(Timestamp.millis(one.seen()));
      json.name("clock_ahead_ms").value(one.ahead());
      json.name("version").value(Escape.json(one.version()));
      json.name("listeners").value(one.listeners().orElse(null));
      json.endObject();
    }
    return json.endArray().endObject().toString();
  }

  private static Json begun(String version) {
    return Json.line()
        .beginObject()
        .name("schema")
        .value("inuse.fleet/1")
        .name("version")
        .value(version)
        .name("hosts")
        .beginArray();
  }
}

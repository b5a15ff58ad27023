package inuse.render;

import inuse.core.events.Event;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.Optional;

/** What {@code inuse history} prints as JSON; {@link Schema} describes it. */
public final class HistoryJson {
  private HistoryJson() {}

  /** The document. */
  public static String of(String version, History.Answer answer, JsonLayout layout) {
    Json json = new Json(layout);
    json.beginObject().name("schema").value("inuse.history/1");
    json.name("version").value(version);
    json.name("recorded").value(answer.recorded());
    json.name("running").value(answer.running());
    json.name("until").value(answer.until().map(Timestamp::millis).orElse(null));
    json.name("left_out").value(answer.dropped());
    json.name("entries").beginArray();
    answer.entries().forEach(entry -> entry(json, entry));
    return json.endArray().endObject().toString();
  }

  /** One entry in a line of its own. */
  public static String line(HistoryEntry entry) {
    Json json = Json.line();
    entry(json, entry);
    return json.toString();
  }

  private static void entry(Json json, HistoryEntry entry) {
    json.beginObject();
    switch (entry) {
      case HistoryEntry.Held held -> {
        json.name("kind").value("held");
        place(json, held.place());
        json.name("from").value(Timestamp.millis(held.from().time()));
        json.name("earlier").value(held.earlier());
        json.name("to").value(Timestamp.millis(held.to().time()));
        json.name("end").value(held.end().word());
        json.name("listening").value(held.listening());
        json.name("process");
        process(json, held.by());
      }
      case HistoryEntry.Refused refused -> {
        json.name("kind").value("refused");
        place(json, refused.place());
        json.name("at").value(Timestamp.millis(refused.at().time()));
        json.name("count").value(refused.count());
        json.name("process");
        process(json, refused.asked());
        json.name("causes").beginArray();
        refused.causes().forEach(json::value);
        json.endArray().name("holders").beginArray();
        refused.holders().forEach(holder -> process(json, Optional.of(holder)));
        json.endArray();
        text(json, "fix", refused.fix().map(Untrusted::new));
      }
      case HistoryEntry.Missing missing -> {
        json.name("kind").value("missing");
        json.name("from").value(Timestamp.millis(missing.from()));
        json.name("to").value(Timestamp.millis(missing.to()));
        json.name("why").value(missing.loss().map(Event.Loss::word).orElse("no-recorder"));
        json.name("count").value(missing.count().orElse(null));
      }
    }
    json.endObject();
  }

  private static void place(Json json, Place place) {
    json.name("protocol").value(place.protocol().word());
    json.name("address").value(place.address().toString());
    json.name("port").value(place.port().number());
    json.name("netns").value(place.netns().orElse(null));
  }

  private static void process(Json json, Optional<RecordedProcess> known) {
    if (known.isEmpty()) {
      json.value((String) null);
      return;
    }
    RecordedProcess process = known.get();
    json.beginObject().name("pid").value(process.identity().pid().number());
    json.name("start_ticks").value(process.identity().startTicks());
    text(json, "program", Optional.of(process.program()));
    json.name("uid").value(process.user().map(Uid::number).orElse(null));
    text(json, "unit", process.unit());
    text(json, "container", process.container());
    text(json, "directory", process.directory());
    json.name("args").beginArray();
    process.arguments().forEach(argument -> json.value(Escape.json(argument)));
    json.endArray().endObject();
  }

  private static void text(Json json, String name, Optional<Untrusted> text) {
    json.name(name).value(text.map(Escape::json).orElse(null));
  }
}

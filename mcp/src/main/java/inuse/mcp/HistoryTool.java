package inuse.mcp;

import inuse.core.Inuse;
import inuse.core.events.Event;
import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.events.HistoryQuery;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.events.Segments;
import inuse.core.evidence.Moment;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Target;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import inuse.render.Json;
import inuse.render.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who had a port before, as a recorder wrote it down. */
final class HistoryTool {
  private static final long MILLIS_PER_MINUTE = 60_000;

  private final Inuse inuse;
  private final Places places;

  HistoryTool(Inuse inuse) {
    this.inuse = inuse;
    places = new Places(inuse);
  }

  Answer answer(Given given) {
    List<PortTarget> targets = new ArrayList<>();
    if (given.text(Tool.TARGET).isPresent()) {
      switch (places.of(given)) {
        case Places.Read.Wrong(Answer.Problem why) -> {
          return why;
        }
        case Places.Read.Understood(var all) -> {
          for (Target one : all) {
            if (!(one instanceof PortTarget port)) {
              return new Answer.Problem("only ports are recorded, no unix sockets");
            }
            targets.add(port);
          }
        }
      }
    }
    long now = inuse.host().now().epochMillis();
    HistoryQuery query =
        new HistoryQuery(
            targets,
            new Moment(now - given.whole(Tool.MINUTES) * MILLIS_PER_MINUTE),
            HistoryQuery.ALL.to(),
            given.flag(Tool.REFUSED),
            Optional.empty(),
            Optional.empty());
    History.Answer answer = inuse.segments(new Untrusted(Segments.DIRECTORY)).answer(query);
    return new Answer.Document(document(answer, given.whole(Tool.LIMIT)));
  }

  private static String document(History.Answer answer, int limit) {
    Json json = Json.line();
    int before = Math.max(0, answer.entries().size() - limit);
    json.beginObject().name("recorded").value(answer.recorded());
    json.name("running").value(answer.running()).name("entries").beginArray();
    answer.entries().subList(before, answer.entries().size()).forEach(one -> entry(json, one));
    json.endArray().name("more_entries").value(before + answer.dropped());
    return json.endObject().text();
  }

  private static void entry(Json json, HistoryEntry entry) {
    json.beginObject();
    switch (entry) {
      case HistoryEntry.Held held -> {
        place(json, "held", held.place());
        json.name("from").value(Timestamp.of(held.from().time()));
        json.name("to").value(Timestamp.of(held.to().time()));
        json.name("end").value(held.end().word()).name("count").value((Integer) null);
        json.name("causes").beginArray().endArray();
        processes(json, held.by(), List.of());
      }
      case HistoryEntry.Refused refused -> {
        place(json, "refused", refused.place());
        json.name("from").value(Timestamp.of(refused.at().time()));
        json.name("to").value((String) null).name("end").value((String) null);
        json.name("count").value(refused.count()).name("causes").beginArray();
        refused.causes().forEach(json::value);
        json.endArray();
        processes(json, refused.asked(), refused.holders());
      }
      case HistoryEntry.Missing missing -> {
        json.name("kind").value("missing").name("target").value((String) null);
        json.name("from").value(Timestamp.of(missing.from()));
        json.name("to").value(Timestamp.of(missing.to()));
        json.name("end").value(missing.loss().map(Event.Loss::word).orElse("no-recorder"));
        json.name("count").value(missing.count().orElse(null));
        json.name("causes").beginArray().endArray();
        processes(json, Optional.empty(), List.of());
      }
    }
    json.endObject();
  }

  private static void place(Json json, String kind, Place place) {
    PortTarget target =
        new PortTarget(place.protocol(), Optional.of(place.address()), place.port());
    json.name("kind").value(kind).name("target").value(target.toString());
  }

  private static void processes(
      Json json, Optional<RecordedProcess> process, List<RecordedProcess> holders) {
    json.name("process");
    process.ifPresentOrElse(one -> process(json, one), () -> json.value((String) null));
    json.name("holders").beginArray();
    holders.forEach(one -> process(json, one));
    json.endArray();
  }

  private static void process(Json json, RecordedProcess process) {
    Facts facts = new Facts(json, false);
    json.beginObject().name("pid").value(process.identity().pid().number());
    json.name("uid").value(process.user().map(Uid::number).orElse(null));
    facts.beginUntrusted();
    facts.text("program", Optional.of(process.program()));
    facts.text("directory", process.directory());
    facts.text("unit", process.unit());
    facts.text("container", process.container());
    json.endObject().endObject();
  }
}

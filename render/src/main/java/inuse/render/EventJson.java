package inuse.render;

import inuse.core.events.Event;
import inuse.core.events.Place;
import inuse.core.events.RecordedProcess;
import inuse.core.evidence.Uid;
import inuse.core.evidence.Untrusted;
import java.util.Optional;

/**
 * Events as the lines of a recorder's segment; {@link inuse.core.events.EventReader} reads them.
 */
public final class EventJson {
  private EventJson() {}

  /** One line, with its end; a part of it that is not known is left out. */
  public static String line(Event event) {
    Json json = Json.line().beginObject();
    if (event instanceof Event.Start) {
      json.name("layout").value(Event.LAYOUT);
    }
    json.name("event").value(word(event));
    json.name("time").value(Timestamp.millis(event.stamp().time()));
    json.name("ns").value(event.stamp().nanos());
    switch (event) {
      case Event.Start start -> {
        json.name("boot").value(start.boot()).name("netns").value(start.netns());
        json.name("version").value(start.version());
        json.name("why").value(start.rotated() ? "rotated" : "started");
        json.name("source").value(start.source().word());
      }
      case Event.Named named -> process(json, named.process());
      case Event.Socket socket -> {
        if (socket.already()) {
          json.name("state").value(socket.change().word());
        }
        json.name("cookie").value(socket.cookie());
        socket.process().ifPresent(number -> json.name("process").value(number));
        place(json, socket.place());
      }
      case Event.Refused refused -> refused(json, refused);
      case Event.Gap gap -> {
        json.name("why").value(gap.loss().word());
        gap.count().ifPresent(count -> json.name("count").value(count));
        gap.since().ifPresent(since -> json.name("since").value(Timestamp.millis(since)));
      }
      case Event.End end -> {}
    }
    return json.endObject().toString();
  }

  private static String word(Event event) {
    return switch (event) {
      case Event.Start start -> "start";
      case Event.Named named -> "process";
      case Event.Socket socket -> socket.already() ? "held" : socket.change().word();
      case Event.Refused refused -> "refused";
      case Event.Gap gap -> "gap";
      case Event.End end -> "end";
    };
  }

  private static void process(Json json, RecordedProcess process) {
    json.name("process").value(process.number());
    json.name("pid").value(process.identity().pid().number());
    json.name("start").value(process.identity().startTicks());
    json.name("program").value(Escape.json(process.program()));
    process.user().map(Uid::number).ifPresent(uid -> json.name("uid").value(uid));
    text(json, "unit", process.unit());
    text(json, "container", process.container());
    text(json, "directory", process.directory());
    if (!process.arguments().isEmpty()) {
      json.name("arguments").beginArray();
      process.arguments().forEach(argument -> json.value(Escape.json(argument)));
      json.endArray();
    }
  }

  private static void refused(Json json, Event.Refused refused) {
    refused.process().ifPresent(number -> json.name("process").value(number));
    place(json, refused.place());
    json.name("causes").beginArray();
    refused.causes().forEach(json::value);
    json.endArray().name("holders").beginArray();
    refused.holders().forEach(json::value);
    json.endArray();
    refused.fix().ifPresent(fix -> json.name("fix").value(fix));
    if (refused.count() > 1) {
      json.name("count").value(refused.count());
    }
  }

  private static void place(Json json, Place place) {
    json.name("protocol").value(place.protocol().word());
    json.name("address").value(place.address().toString());
    json.name("port").value(place.port().number());
    place.netns().ifPresent(inode -> json.name("netns").value(inode));
  }

  private static void text(Json json, String name, Optional<Untrusted> text) {
    text.ifPresent(known -> json.name(name).value(Escape.json(known)));
  }
}

package inuse.render;

import inuse.core.evidence.BoundSocket;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.IpAddress;
import inuse.core.evidence.Newcomer;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.Probe;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.UnixProbe;
import inuse.core.evidence.UnixSnapshot;
import inuse.core.evidence.UnixSocket;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import inuse.core.explain.causes.Cause;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.text.Note;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The answer as JSON; {@link Schema} describes it. */
public final class JsonAnswer implements Answer {
  private final Json json;
  private final HolderJson shared;
  private final Consumer<String> out;

  /** A document that is written there. */
  public JsonAnswer(String version, Consumer<String> out) {
    this(version, new Json(CHUNK, out), out);
  }

  private JsonAnswer(String version, Json json, Consumer<String> out) {
    this.json = json;
    shared = new HolderJson(json);
    this.out = out;
    json.beginObject().name("schema").value("inuse.diagnosis/1");
    json.name("version").value(version);
    json.name("diagnoses").beginArray();
  }

  /** The document for all answers. */
  public static String of(String version, List<Diagnosis> diagnoses) {
    return of(version, diagnoses, JsonLayout.INDENTED);
  }

  /** The same in that layout. */
  public static String of(String version, List<Diagnosis> diagnoses, JsonLayout layout) {
    StringBuilder text = new StringBuilder();
    JsonAnswer answer = new JsonAnswer(version, new Json(layout), text::append);
    diagnoses.forEach(answer::add);
    answer.end();
    return text.toString();
  }

  @Override
  public void end() {
    json.endArray().endObject();
    out.accept(json.toString());
  }

  /** The document for a command that failed. */
  public static String error(int code, Untrusted message, String instead, JsonLayout layout) {
    Json json = new Json(layout);
    json.beginObject().name("schema").value("inuse.error/1").name("error");
    json.beginObject().name("code").value(code);
    json.name("message").value(Escape.text(message));
    json.name("instead").value(instead).endObject().endObject();
    return json.toString();
  }

  @Override
  public void add(Diagnosis diagnosis) {
    json.beginObject().name("target");
    JsonTarget.write(json, diagnosis.snapshot());
    switch (diagnosis.snapshot()) {
      case PortSnapshot snapshot -> {
        json.name("verdict").value(diagnosis.verdict().word());
        json.name("probes").beginArray();
        for (Probe probe : snapshot.probes()) {
          probe(probe, snapshot.newcomer());
        }
      }
      case UnixSnapshot snapshot -> {
        json.name("verdict").value(diagnosis.verdict().word());
        json.name("probes").beginArray();
        for (UnixProbe probe : snapshot.probes()) {
          probe(probe, snapshot);
        }
      }
    }
    json.endArray().name("causes").beginArray();
    for (Cause cause : diagnosis.causes()) {
      cause(cause, diagnosis);
    }
    json.endArray().name("notes").beginArray();
    for (Note note : diagnosis.notes()) {
      json.beginObject().name("id").value(note.id().word());
      json.name("summary").value(Escape.text(note.summary())).endObject();
    }
    json.endArray();
    if (diagnosis.snapshot() instanceof PortSnapshot snapshot) {
      search(snapshot.search());
    }
    shared.gaps(diagnosis.snapshot().gaps());
    if (diagnosis.snapshot() instanceof PortSnapshot snapshot && snapshot.crowd().count() > 0) {
      crowd(snapshot.crowd());
    }
    json.endObject();
  }

  private void crowd(Crowd crowd) {
    json.name("crowd").beginObject().name("connections").value(crowd.count());
    json.name("served").value(crowd.served()).name("elsewhere").value(crowd.elsewhere());
    json.name("unseen").value(crowd.unseen()).name("kinds").beginArray();
    for (Crowd.Kind kind : crowd.kinds()) {
      json.beginObject().name("state").value(kind.state().name());
      shared.account(
          kind.state() == SocketState.TIME_WAIT ? Optional.empty() : Optional.of(kind.owner()));
      json.name("open").value(kind.open()).name("count").value(kind.count()).endObject();
    }
    json.endArray().name("holders").beginArray();
    for (Crowd.Share share : crowd.shares()) {
      json.beginObject().name("pid").value(share.pid().number());
      json.name("count").value(share.count()).endObject();
    }
    json.endArray().endObject();
  }

  private void search(HolderSearch search) {
    json.name("search").beginObject().name("by").value(search.way().word());
    json.name("refused").beginArray();
    search.refused().forEach(json::value);
    json.endArray().name("complete").value(search.complete());
    json.name("proved").value(search.isProved());
    json.name("hidden");
    if (search.hidden().toOptional().isPresent()) {
      json.value(search.hidden().toOptional().get());
    } else {
      json.value((String) null);
    }
    json.endObject();
  }

  private void probe(Probe probe, Newcomer newcomer) {
    json.beginObject().name("address").value(probe.address().toString());
    json.name("options").beginArray();
    if (probe.reuseAddress()) {
      json.value("SO_REUSEADDR");
    }
    if (newcomer.reusePort()) {
      json.value("SO_REUSEPORT");
    }
    if (newcomer.ipv6Only() && probe.address().family() == IpAddress.Family.V6) {
      json.value("IPV6_V6ONLY");
    }
    if (newcomer.nonLocal()) {
      json.value("IP_FREEBIND");
    }
    if (newcomer.device().isPresent()) {
      json.value("SO_BINDTODEVICE");
    }
    json.endArray();
    result(probe.result());
  }

  private void probe(UnixProbe probe, UnixSnapshot snapshot) {
    json.beginObject();
    shared.text("address", Optional.of(snapshot.target().word()));
    json.name("options").beginArray();
    if (probe.reuseAddress()) {
      json.value("SO_REUSEADDR");
    }
    json.endArray();
    result(probe.result());
  }

  private void result(Probe.Result result) {
    json.name("result");
    switch (result) {
      case Probe.Result.Allowed allowed -> json.value("ok");
      case Probe.Result.Refused refused -> json.value(refused.errno().name());
    }
    json.endObject();
  }

  private void cause(Cause cause, Diagnosis diagnosis) {
    json.beginObject().name("id").value(cause.id());
    json.name("severity").value(cause.severity().word());
    json.name("blocks").beginArray();
    for (var kind : cause.blocks()) {
      json.value(kind.word());
    }
    json.endArray().name("via").value(cause.via().orElse(null));
    json.name("summary").value(Escape.text(cause.summary()));
    json.name("sockets").beginArray();
    for (BoundSocket socket : cause.sockets()) {
      shared.socket(socket);
    }
    for (UnixSocket socket : cause.unixSockets()) {
      shared.socket(socket);
    }
    json.endArray();
    shared.holders("holders", List.of(cause));
    json.name("remedies").beginArray();
    for (Remedy remedy : diagnosis.remedies(cause)) {
      remedy(remedy);
    }
    json.endArray().endObject();
  }

  private void remedy(Remedy remedy) {
    json.beginObject().name("id").value(remedy.id().word()).name("command");
    if (remedy.command().isEmpty()) {
      json.value((String) null);
    } else {
      json.beginArray();
      for (String word : InuseLine.words(remedy.command())) {
        json.value(word);
      }
      json.endArray();
    }
    json.name("needs_root").value(remedy.needsRoot());
    json.name("effect").value(Escape.text(remedy.effect())).endObject();
  }
}

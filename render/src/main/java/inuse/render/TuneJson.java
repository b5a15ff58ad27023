package inuse.render;

import inuse.core.evidence.Gap;
import inuse.core.evidence.Phrase;
import inuse.core.evidence.PortUse;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Untrusted;
import inuse.core.tune.SettingAdvice;
import inuse.core.tune.SysctlFile;
import inuse.core.tune.TuneOutcome;
import inuse.core.tune.TunePlan;
import java.util.List;

/** What {@code inuse tune} found and did, as JSON; {@link Schema} describes it. */
public final class TuneJson {
  private TuneJson() {}

  /** The document. */
  public static String of(String version, Tuned tuned) {
    Json json = new Json();
    json.beginObject().name("schema").value("inuse.tune/1");
    json.name("version").value(version);
    json.name("netns").value(tuned.here().namespace().toOptional().orElse(null));
    json.name("netns_of_pid_1").value(tuned.here().ofInit().toOptional().orElse(null));
    json.name("outcome").value(tuned.outcome().map(TuneOutcome.Result::word).orElse(null));
    json.name("settings").beginArray();
    tuned.judgements().forEach(one -> setting(json, one));
    json.endArray();
    use(json, tuned.here().use());
    json.name("changes").beginArray();
    tuned.writes().forEach(one -> change(json, one));
    json.endArray();
    json.name("file");
    if (tuned.file().isPresent()) {
      json.beginObject().name("path").value(SysctlFile.PATH);
      json.name("content")
          .value(
              tuned
                  .file()
                  .get()
                  .content()
                  .map(text -> Escape.json(new Untrusted(text)))
                  .orElse(null))
          .endObject();
    } else {
      json.value((String) null);
    }
    phrases(json, "warnings", tuned.warnings());
    phrases(json, "notes", tuned.notes());
    json.name("message").value(tuned.message().map(Escape::text).orElse(null));
    json.name("instead").value(tuned.instead().orElse(null));
    json.name("not_looked_at").beginArray();
    for (Gap gap : tuned.here().use().gaps()) {
      json.beginObject().name("what").value(Escape.json(new Untrusted(gap.what())));
      json.name("why")
          .value(gap.why().word())
          .name("remedy")
          .value(Escape.text(gap.remedy()))
          .endObject();
    }
    return json.endArray().endObject().toString();
  }

  private static void setting(Json json, SettingAdvice one) {
    json.beginObject().name("name").value(one.setting().key());
    json.name("value")
        .value(
            one.value().toOptional().map(known -> Escape.json(new Untrusted(known))).orElse(null));
    json.name("default").value(one.setting().defaultValue().orElse(null));
    json.name("allowed").value(one.setting().form().allowed());
    json.name("per_netns").value(one.setting().isPerNamespace());
    json.name("does").value(one.setting().does());
    json.name("verdict").value(one.status().id());
    json.name("because").value(Escape.text(one.because()));
    json.name("command");
    if (one.command().isEmpty()) {
      json.value((String) null);
    } else {
      json.beginArray();
      InuseLine.words(one.command().get()).forEach(json::value);
      json.endArray();
    }
    json.name("why_unknown")
        .value(one.value() instanceof Reading.Unknown<String>(Reading.Why why) ? why.word() : null)
        .endObject();
  }

  private static void use(Json json, PortUse use) {
    json.name("use").beginObject().name("time_wait").value(use.timeWait());
    json.name("ephemeral_taken").value(use.taken());
    json.name("busiest").beginArray();
    for (PortUse.Destination one : use.busiest()) {
      json.beginObject().name("local").value(one.local().toString());
      json.name("peer").value(one.peer().toString());
      json.name("ports").value(one.ports()).name("time_wait").value(one.timeWait()).endObject();
    }
    json.endArray().name("servers_in_range").beginArray();
    for (PortUse.Server one : use.listeners()) {
      json.beginObject().name("protocol").value(one.protocol().word());
      json.name("local").value(one.local().toString());
      json.name("pid").value(one.holder().map(holder -> holder.pid().number()).orElse(null));
      json.name("command")
          .value(one.holder().map(holder -> Escape.json(holder.command())).orElse(null))
          .endObject();
    }
    json.endArray().endObject();
  }

  private static void change(Json json, TunePlan.Write write) {
    json.beginObject().name("name").value(write.setting().key());
    json.name("before").value(canonical(write, write.before()));
    json.name("after").value(canonical(write, write.after())).endObject();
  }

  private static String canonical(TunePlan.Write write, String raw) {
    return Escape.json(new Untrusted(write.setting().canonical(raw)));
  }

  private static void phrases(Json json, String name, List<Phrase> phrases) {
    json.name(name).beginArray();
    phrases.forEach(one -> json.value(Escape.text(one)));
    json.endArray();
  }
}

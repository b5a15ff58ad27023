package inuse.render;

import inuse.core.evidence.Pid;
import inuse.core.evidence.Signal;
import inuse.core.evidence.Uid;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Outcome;
import inuse.core.fix.Report;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The results of {@code inuse free} and {@code wait} as JSON; {@link Schema} describes it. */
public final class FreedJson {
  private FreedJson() {}

  /** The document for all targets. */
  public static String of(String version, List<Freed> results) {
    return of(version, results, JsonLayout.INDENTED);
  }

  /** The same in that layout. */
  public static String of(String version, List<Freed> results, JsonLayout layout) {
    Json json = new Json(layout);
    json.beginObject().name("schema").value("inuse.free/1");
    json.name("version").value(version);
    json.name("results").beginArray();
    for (Freed freed : results) {
      result(json, freed);
    }
    json.endArray().endObject();
    return json.toString();
  }

  private static void result(Json json, Freed freed) {
    json.beginObject().name("target");
    JsonTarget.write(json, freed.before().snapshot());
    HolderJson shared = new HolderJson(json);
    shared.holders("holders", freed.before().causes());
    shared.holders(
        "holders_after",
        freed.proof().isFree() ? List.of() : freed.after().orElse(freed.before()).causes());
    json.name("outcome").value(freed.outcome().map(Outcome::word).orElse(null));
    json.name("steps").beginArray();
    for (Report.Action act : freed.acts()) {
      json.beginObject().name("remedy").value(act.remedy().word());
      json.name("pid").value(act.pid().map(Pid::number).orElse(null));
      json.name("socket_uid").value(act.socketOf().map(Uid::number).orElse(null));
      json.name("signal").value(act.signal().map(Signal::name).orElse(null));
      json.name("result").value(act.result().word());
      json.name("after_ms").value(act.afterMillis()).endObject();
    }
    json.endArray();
    proof(json, freed.proof(), freed.rest());
    json.name("message").value(freed.message().map(Escape::text).orElse(null));
    json.name("instead").value(freed.instead().orElse(null)).endObject();
  }

  /**
   * Writes the members that say how an address is known to be free, and for whom.
   *
   * @param rest how long a server without SO_REUSEADDR is still refused
   */
  public static void proof(Json json, AddressMonitor.Proof proof, Optional<Duration> rest) {
    json.name("verified_by")
        .value(
            switch (proof) {
              case NONE -> null;
              case TABLE -> "table";
              case BIND, REUSE -> "bind";
            });
    json.name("free_for")
        .value(
            switch (proof) {
              case NONE -> null;
              case REUSE -> "reuseaddr";
              case TABLE, BIND -> "any";
            });
    json.name("rest_ms").value(rest.map(Duration::toMillis).orElse(null));
  }
}

package inuse.render;

import inuse.core.explain.Diagnosis;
import java.util.List;

/** What {@code inuse wait --until listening} prints as JSON; {@link Schema} describes it. */
public final class WaitedJson {
  /**
   * The end of one wait.
   *
   * @param seen what is there now
   * @param listening whether a server listens there
   */
  public record Waited(Diagnosis seen, boolean listening) {}

  private WaitedJson() {}

  /** The document for all targets. */
  public static String of(String version, List<Waited> results) {
    Json json = new Json();
    HolderJson shared = new HolderJson(json);
    json.beginObject().name("schema").value("inuse.wait/1");
    json.name("version").value(version);
    json.name("until").value("listening");
    json.name("results").beginArray();
    for (Waited waited : results) {
      json.beginObject().name("target");
      JsonTarget.write(json, waited.seen.snapshot());
      json.name("outcome").value(waited.listening ? "listening" : "timed-out");
      shared.holders("holders", waited.seen.causes());
      json.endObject();
    }
    return json.endArray().endObject().toString();
  }
}

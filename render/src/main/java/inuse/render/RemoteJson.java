package inuse.render;

import inuse.core.evidence.Untrusted;
import java.util.Optional;

/** What {@code --on} prints as JSON, a host after the other; {@link Schema} describes it. */
public final class RemoteJson {
  private final Json json = new Json();

  /** A document without a host. */
  public RemoteJson(String version) {
    json.beginObject().name("schema").value("inuse.on/1");
    json.name("version").value(version).name("hosts").beginArray();
  }

  /**
   * Adds a host.
   *
   * @param status the exit status there; empty where inuse did not run
   * @param problem why there is no document
   * @param document what it printed, as it would be printed here
   */
  public void add(
      Untrusted host,
      Optional<Integer> status,
      Optional<Untrusted> problem,
      Optional<String> document) {
    json.beginObject().name("host").value(Escape.json(host));
    json.name("status").value(status.orElse(null));
    json.name("problem").value(problem.map(Escape::json).orElse(null));
    json.name("document");
    document.ifPresentOrElse(json::document, () -> json.value((String) null));
    json.endObject();
  }

  /** The document. */
  public String text() {
    return json.endArray().endObject().toString();
  }
}

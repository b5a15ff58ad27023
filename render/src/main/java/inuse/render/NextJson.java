package inuse.render;

import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import java.util.List;

/** What {@code inuse next} prints as JSON; {@link Schema} describes it. */
public final class NextJson {
  private NextJson() {}

  /**
   * The document.
   *
   * @param first where the search began
   * @param last where it ended at the latest
   * @param wanted how many ports were looked for
   * @param found those that can be bound
   */
  public static String of(
      String version, PortTarget first, int last, int wanted, List<Port> found, JsonLayout layout) {
    Json json = new Json(layout);
    json.beginObject().name("schema").value("inuse.next/1");
    json.name("version").value(version);
    json.name("protocol").value(first.protocol().word());
    json.name("address").value(first.place().orElse("*"));
    json.name("first").value(first.port().number());
    json.name("last").value(last);
    json.name("wanted").value(wanted);
    json.name("ports").beginArray();
    found.forEach(port -> json.value(port.number()));
    return json.endArray().endObject().toString();
  }
}

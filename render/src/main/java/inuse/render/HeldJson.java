package inuse.render;

import inuse.core.Hold;
import inuse.core.evidence.PortTarget;
import java.util.List;

/**
 * The results of {@code inuse hold} as JSON, in one line, since its reader does not wait for the
 * end; {@link Schema} describes it.
 */
public final class HeldJson {
  private HeldJson() {}

  /**
   * The document for ports that are held from now on.
   *
   * @param pid of the process that holds them
   * @param names of the first of them
   */
  public static String held(String version, int pid, List<PortTarget> targets, List<String> names) {
    Json json = begun(version, pid);
    for (int i = 0; i < targets.size(); i++) {
      json.beginObject().name("name").value(i < names.size() ? names.get(i) : null);
      json.name("target");
      target(json, targets.get(i));
      json.endObject();
    }
    json.endArray().name("refused").beginArray().endArray().endObject();
    return json.toString();
  }

  /** The document where none is held. */
  public static String refused(String version, int pid, List<Hold.RefusedPort> ports) {
    Json json = begun(version, pid);
    json.endArray().name("refused").beginArray();
    for (Hold.RefusedPort one : ports) {
      json.beginObject().name("target");
      target(json, one.target());
      json.name("errno").value(one.errno().name()).endObject();
    }
    json.endArray().endObject();
    return json.toString();
  }

  private static Json begun(String version, int pid) {
    Json json = Json.line();
    json.beginObject().name("schema").value("inuse.hold/1");
    json.name("version").value(version);
    json.name("pid").value(pid);
    return json.name("held").beginArray();
  }

  private static void target(Json json, PortTarget target) {
    json.beginObject().name("protocol").value(target.protocol().word());
    json.name("address").value(target.place().orElse("*"));
    json.name("port").value(target.port().number()).endObject();
  }
}

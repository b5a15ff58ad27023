package inuse.serve.fleet;

import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import inuse.render.Json;
import java.util.Optional;

/**
 * A host's answer; all but its name is that host's word.
 *
 * @param now its clock when it answered
 * @param heard the clock here when it arrived
 * @param problem why there is no document
 * @param document what inuse says there, as JSON
 */
record HostAnswer(
    HostName host,
    Untrusted version,
    Moment now,
    Moment heard,
    Optional<Untrusted> problem,
    Optional<JsonValue> document) {
  /** Bytes of a document that is sent; a server takes a mebibyte, unless it was told another. */
  static final int MOST_BYTES = 900_000;

  private static final String SCHEMA = "inuse.fleet.answer/1";

  /** An answer as it is sent. */
  static String json(String version, Moment now, Optional<String> problem, String document) {
    return Json.line()
        .beginObject()
        .name("schema")
        .value(SCHEMA)
        .name("version")
        .value(version)
        .name("now")
        .value(now.epochMillis())
        .name("problem")
        .value(problem.orElse(null))
        .name("document")
        .document(document.isEmpty() ? "null" : document)
        .endObject()
        .text();
  }

  /** Reads what arrived from that host. */
  static HostAnswer read(HostName host, byte[] message) {
    Optional<JsonValue> json =
        JsonCopy.read(message).filter(one -> one.at("schema").text().equals(Optional.of(SCHEMA)));
    Optional<Long> now = json.flatMap(one -> one.at("now").number());
    if (json.isEmpty() || now.isEmpty()) {
      return new HostAnswer(
          host,
          new Untrusted(""),
          new Moment(0),
          Clocks.now(),
          Optional.of(new Untrusted("it answered something that is not known here")),
          Optional.empty());
    }
    return new HostAnswer(
        host,
        new Untrusted(json.get().at("version").text().orElse("")),
        new Moment(now.get()),
        Clocks.now(),
        json.get().at("problem").text().map(Untrusted::new),
        json.map(one -> one.at("document")).filter(JsonValue.Members.class::isInstance));
  }
}

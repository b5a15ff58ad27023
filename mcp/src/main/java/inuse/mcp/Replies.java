package inuse.mcp;

import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import inuse.render.Escape;
import inuse.render.Json;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes frames: nothing else goes to standard output. */
final class Replies {
  /** The key under which this server says what it is, since 2026-07-28. */
  private static final String SERVER = "io.modelcontextprotocol/serverInfo";

  private final Channel channel;
  private final String version;
  private boolean isRead = true;

  Replies(Channel channel, String version) {
    this.channel = channel;
    this.version = version;
  }

  /** Whether the client reads what is written. */
  boolean isRead() {
    return isRead;
  }

  private void send(Json json) {
    isRead &= channel.write(json.endObject().toString());
  }

  private static Json begin() {
    Json json = Json.line();
    json.beginObject().name("jsonrpc").value("2.0");
    return json;
  }

  /** Answers a request with a result. */
  void result(JsonValue id, Revision revision, Consumer<Json> members) {
    result(id, revision, "complete", members);
  }

  /** Answers a request with what is needed first, since 2026-07-28. */
  void inputRequired(JsonValue id, Consumer<Json> members) {
    result(id, Revision.OF_2026_07_28, "input_required", members);
  }

  private void result(JsonValue id, Revision revision, String type, Consumer<Json> members) {
    Json json = begin();
    id(json, id);
    json.name("result").beginObject();
    if (revision.isStateless()) {
      json.name("resultType").value(type);
      json.name("_meta").beginObject().name(SERVER);
      server(json);
      json.endObject();
    }
    members.accept(json);
    send(json.endObject());
  }

  /** Names this server. */
  void server(Json json) {
    json.beginObject().name("name").value("inuse").name("title").value("inuse: who has the port");
    json.name("version").value(version).endObject();
  }

  /** Answers with an error. */
  void error(Optional<JsonValue> id, Fault fault, String why) {
    error(id, fault, why, json -> {});
  }

  /**
   * Answers with an error.
   *
   * @param more further members of it
   */
  void error(Optional<JsonValue> id, Fault fault, String why, Consumer<Json> more) {
    Json json = begin();
    id.ifPresent(one -> id(json, one));
    json.name("error").beginObject().name("code").value(fault.code());
    json.name("message").value(why);
    more.accept(json);
    send(json.endObject());
  }

  /** Sends a request of ours. */
  void request(String id, String method, Consumer<Json> parameters) {
    Json json = begin();
    json.name("id").value(id);
    called(json, method, parameters);
  }

  /** Sends a notification. */
  void notification(String method, Consumer<Json> parameters) {
    called(begin(), method, parameters);
  }

  private void called(Json json, String method, Consumer<Json> parameters) {
    json.name("method").value(method).name("params").beginObject();
    parameters.accept(json);
    send(json.endObject());
  }

  private static void id(Json json, JsonValue id) {
    json.name("id");
    value(json, id);
  }

  /** Writes an id, or a token, as it was given. */
  static void value(Json json, JsonValue given) {
    Optional<String> digits = given.digits();
    if (digits.isPresent()) {
      json.document(digits.get());
    } else {
      json.value(given.text().map(text -> Escape.json(new Untrusted(text))).orElse(null));
    }
  }
}

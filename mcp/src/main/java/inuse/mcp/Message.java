package inuse.mcp;

import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import java.util.List;
import java.util.Optional;

/** A message of JSON-RPC 2.0. */
sealed interface Message {
  /** Bytes of an id that is a text. */
  int MAX_ID = 256;

  /** Is to be answered under its id. */
  record Request(JsonValue id, String method, JsonValue parameters) implements Message {}

  /** Is not answered. */
  record Notification(String method, JsonValue parameters) implements Message {}

  /**
   * Answers a request of ours.
   *
   * @param result empty for an error
   */
  record Response(JsonValue id, Optional<JsonValue> result) implements Message {}

  /**
   * Something else.
   *
   * @param id that it can be answered under
   */
  record Invalid(Optional<JsonValue> id, Fault fault, String why) implements Message {}

  /** The message that a line is. */
  static Message of(String line) {
    Optional<JsonValue> parsed = JsonReader.parse(line);
    if (parsed.isEmpty()) {
      return new Invalid(
          Optional.empty(), Fault.PARSE, "not JSON, or of more parts than are read here");
    }
    JsonValue message = parsed.get();
    if (message instanceof JsonValue.Items) {
      return new Invalid(Optional.empty(), Fault.REQUEST, "one message a line, no batch");
    }
    JsonValue id = message.at("id");
    boolean isNamed = isId(id);
    if (!message.at("jsonrpc").text().equals(Optional.of("2.0"))
        || (!isNamed && has(message, "id"))) {
      return new Invalid(
          isNamed ? Optional.of(id) : Optional.empty(),
          Fault.REQUEST,
          "a message has \"jsonrpc\": \"2.0\", and an id that is a text or a number");
    }
    Optional<String> method = message.at("method").text();
    if (method.isPresent()) {
      JsonValue parameters = message.at("params");
      return isNamed
          ? new Request(id, method.get(), parameters)
          : new Notification(method.get(), parameters);
    }
    if (isNamed && (has(message, "result") || has(message, "error"))) {
      return new Response(
          id, has(message, "error") ? Optional.empty() : Optional.of(message.at("result")));
    }
    return new Invalid(
        isNamed ? Optional.of(id) : Optional.empty(), Fault.REQUEST, "a message without a method");
  }

  private static boolean isId(JsonValue id) {
    return id.text().or(id::digits).filter(one -> one.length() <= MAX_ID).isPresent();
  }

  private static boolean has(JsonValue message, String name) {
    return message instanceof JsonValue.Members(List<JsonValue.Member> members)
        && members.stream().anyMatch(one -> one.name().equals(name));
  }
}

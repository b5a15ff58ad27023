package inuse.java;

import java.time.Duration;
import java.util.List;

/**
 * Talks to {@code inuse mcp}, which plans, asks back with the plan, and does what was agreed to and
 * nothing else: the plan and the identities of its processes stay in that one process meanwhile.
 * The protocol is MCP over stdio in its revision 2025-11-25.
 */
final class FreeDialog {
  /** For all but the consent; it gives up by itself before, half a minute after one. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private static final int MAX_MESSAGES = 100;

  private static final String BEGIN =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
          + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"elicitation\":{}},"
          + "\"clientInfo\":{\"name\":\"inuse-java\",\"version\":\"1\"}}}";

  private static final String BEGUN =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

  private final ChildProcess server;
  private final String target;
  private final Consent consent;

  private FreeDialog(ChildProcess server, String target, Consent consent) {
    this.server = server;
    this.target = target;
    this.consent = consent;
  }

  static Freed free(String executable, String target, Consent consent) throws InuseException {
    try (ChildProcess server = ChildProcess.start(List.of(executable, "mcp"), PATIENCE)) {
      Freed freed = new FreeDialog(server, target, consent).run();
      server.end(FAREWELL);
      return freed;
    }
  }

  private Freed run() throws InuseException {
    server.write(BEGIN);
    result(1);
    server.write(BEGUN);
    server.write(
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"free\","
            + "\"arguments\":{\"target\":"
            + quoted(target)
            + "}}}");
    JsonValue result = result(2);
    if (result.member("isError") == JsonValue.Word.TRUE) {
      String why = "";
      for (JsonValue content : result.member("content").items()) {
        why += Answers.text(content, "text");
      }
      throw new InuseException(why.isEmpty() ? "it failed and does not say why" : why);
    }
    JsonValue document = result.member("structuredContent");
    return new Freed(
        Answers.text(document, "outcome"),
        PrintableText.of(document.member("untrusted").member("message").text().orElse("")));
  }

  /** The result of the request of that id; the plans that it asks about before are answered. */
  private JsonValue result(long id) throws InuseException {
    for (int i = 0; i < MAX_MESSAGES; i++) {
      JsonValue message = Answers.json(server.line());
      if (message.member("method").text().isPresent()) {
        answer(message);
      } else if (message.member("id").whole().filter(Long.valueOf(id)::equals).isPresent()) {
        JsonValue error = message.member("error");
        if (error != JsonValue.Word.NULL) {
          throw new InuseException("it refused the request: " + Answers.text(error, "message"));
        }
        return message.member("result");
      }
    }
    throw new InuseException("it says much and answers nothing");
  }

  private void answer(JsonValue request) throws InuseException {
    if (request.member("id") == JsonValue.Word.NULL) {
      return;
    }
    String id =
        request.member("id").text().isPresent()
            ? quoted(Answers.text(request, "id"))
            : request.member("id").whole().orElse(0L).toString();
    if (!Answers.text(request, "method").equals("elicitation/create")) {
      server.write(
          "{\"jsonrpc\":\"2.0\",\"id\":"
              + id
              + ",\"error\":{\"code\":-32601,\"message\":\"only elicitation/create\"}}");
      return;
    }
    String text = Answers.text(request.member("params"), "message");
    long start = System.nanoTime();
    boolean agreed = consent.agreesTo(new Plan(target, text));
    server.pause(Duration.ofNanos(System.nanoTime() - start));
    server.write(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"result\":{\"action\":"
            + (agreed ? "\"accept\",\"content\":{}" : "\"decline\"")
            + "}}");
  }

  /** As a string of JSON. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}

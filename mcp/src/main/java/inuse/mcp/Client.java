package inuse.mcp;

import inuse.core.io.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * What a client said of itself: once, or with each request.
 *
 * @param canAsk whether it shows questions to its user (elicitation, as a form)
 */
record Client(Revision revision, boolean canAsk) {
  private static final String PREFIX = "io.modelcontextprotocol/";

  /** What the metadata of a request says; empty where it has none, as before 2026-07-28. */
  static Optional<String> revision(JsonValue parameters) {
    return parameters.at("_meta", PREFIX + "protocolVersion").text();
  }

  /**
   * The client of a request with metadata.
   *
   * @return empty where that lacks what the client can
   */
  static Optional<Client> of(Revision revision, JsonValue parameters) {
    JsonValue capabilities = parameters.at("_meta", PREFIX + "clientCapabilities");
    return capabilities instanceof JsonValue.Members
        ? Optional.of(new Client(revision, asks(capabilities)))
        : Optional.empty();
  }

  /** The client that begins a session. */
  static Client ofSession(Revision revision, JsonValue parameters) {
    return new Client(revision, asks(parameters.at("capabilities")));
  }

  /** Without a mode a form is meant. */
  private static boolean asks(JsonValue capabilities) {
    return capabilities.at("elicitation") instanceof JsonValue.Members(List<JsonValue.Member> modes)
        && (modes.stream().noneMatch(one -> one.name().equals("url"))
            || modes.stream().anyMatch(one -> one.name().equals("form")));
  }
}

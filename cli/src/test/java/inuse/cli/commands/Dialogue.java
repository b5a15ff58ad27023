package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import inuse.cli.FakeHost;
import inuse.core.Inuse;
import inuse.core.io.Host;
import inuse.mcp.Channel;
import inuse.mcp.Server;
import inuse.mcp.ServerOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client in memory, which says one thing after the other to an MCP server on a fake host. */
final class Dialogue implements Channel {
  /** The metadata of a client that asks its user, as of 2026-07-28. */
  static final String ASKING =
      """
      "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}\
      """;

  /** The same of one that cannot ask. */
  static final String MUTE = ASKING.replace("\"elicitation\": {\"form\": {}}", "");

  /** The id of a tool's call in {@link #call}. */
  static final int CALL = 7;

  private static final String UUIDS = "/proc/sys/kernel/random/uuid";

  private final FakeHost host;
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private final StringBuilder unread = new StringBuilder();
  private final List<String> complaints = new ArrayList<>();
  private final List<String> frames = new ArrayList<>();
  private Duration wanted = Duration.ZERO;
  private long random;

  Dialogue(FakeHost host) {
    this.host = host;
    host.kernel
        .file(UUIDS, "")
        .beforeOpen(
            UUIDS, () -> host.kernel.file(UUIDS, new UUID(++random * 0x9e37L, random) + "\n"));
  }

  /** Says a line, of which line breaks count as blanks. */
  Dialogue say(String line) {
    return says(() -> line);
  }

  /** Says what follows from what was heard until then. */
  Dialogue says(Supplier<String> line) {
    steps.add(() -> unread.append(line.get().replace('\n', ' ')).append('\n'));
    return this;
  }

  /** Says bytes as they are. */
  Dialogue raw(String bytes) {
    steps.add(() -> unread.append(bytes));
    return this;
  }

  /** Something happens on the host. */
  Dialogue then(Runnable change) {
    steps.add(change);
    return this;
  }

  /** Lets the time pass that the server wants to wait. */
  Dialogue pause() {
    return then(() -> host.kernel.advance(wanted.toNanos()));
  }

  /** Begins a session of 2025-11-25, of a client that asks its user. */
  Dialogue session() {
    return session("{\"elicitation\": {}}");
  }

  Dialogue session(String capabilities) {
    return say("""
    {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
      "protocolVersion": "2025-11-25", "capabilities": %s,
      "clientInfo": {"name": "test", "version": "1"}}}\
    """
            .formatted(capabilities))
        .say("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}");
  }

  /** A call of a tool, with further parameters. */
  static String call(String tool, String arguments, String more) {
    return """
    {"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {
      "name": "%s", "arguments": {%s}%s}}\
    """
        .formatted(CALL, tool, arguments, more.isEmpty() ? "" : ", " + more);
  }

  /** Serves it all. */
  Dialogue serve(ServerOptions options) {
    try (Inuse inuse = Inuse.open(Host.of(host.kernel))) {
      new Server(inuse, "1.2.3", options, this).serve();
    }
    return this;
  }

  /** What was heard, each line a frame. */
  List<String> frames() {
    return frames;
  }

  /** A frame that was heard. */
  JsonNode frame(int at) {
    return new JsonMapper().readTree(frames.get(at));
  }

  /** The last frame that was heard. */
  JsonNode last() {
    return frame(frames.size() - 1);
  }

  List<String> complaints() {
    return complaints;
  }

  @Override
  public boolean awaitsInput(Duration most, OptionalInt also) {
    if (!unread.isEmpty() || steps.isEmpty()) {
      return true;
    }
    wanted = most;
    steps.removeFirst().run();
    return !unread.isEmpty();
  }

  @Override
  public String read() {
    String all = unread.toString();
    unread.setLength(0);
    return all;
  }

  @Override
  public boolean write(String frame) {
    frames.add(frame);
    return true;
  }

  @Override
  public void report(String line) {
    complaints.add(line);
  }

  @Override
  public Duration clock() {
    return Duration.ofNanos(host.kernel.clockNanos(1));
  }

  /** Each answer of a tool is as that tool's schema in {@code tools/list} promises. */
  void assertAnswersAreAsPromised() {
    Dialogue other =
        new Dialogue(new FakeHost())
            .session()
            .say("{\"jsonrpc\": \"2.0\", \"id\": 2, \"method\": \"tools/list\"}")
            .serve(new ServerOptions(false, Optional.empty(), Optional.empty(), false));
    JsonNode tools = other.last().at("/result/tools");
    for (String frame : frames) {
      JsonNode document = new JsonMapper().readTree(frame).at("/result/structuredContent");
      if (document.isObject()) {
        assertThat(promises(tools, document)).as(document.toString()).isEmpty();
      }
    }
  }

  /** What of a document is not as promised by the tool that has its members. */
  private static List<?> promises(JsonNode tools, JsonNode document) {
    for (JsonNode tool : tools) {
      JsonNode schema = tool.at("/outputSchema");
      if (document.properties().stream()
          .allMatch(one -> schema.at("/properties/" + one.getKey()).isObject())) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schema.toString())
            .validate(document.toString(), InputFormat.JSON);
      }
    }
    return List.of("no tool answers with " + document);
  }
}

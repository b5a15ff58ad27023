package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The official clients of the Model Context Protocol use {@code inuse mcp}: that of Java in this
 * JVM, and both of TypeScript by drive.mjs, which holds each message against the published schemas.
 */
final class McpClientsTest extends Scenarios {
  private static final Path SOURCES = Path.of(System.getProperty("zoo.mcp.sources"));

  private static final List<String> TOOLS =
      List.of("why", "list", "history", "wait", "hold", "free");

  @TempDir private static Path clients;
  @TempDir private Path directory;

  McpClientsTest() {
    super(Way.EXECUTABLE);
  }

  @BeforeAll
  static void install() throws IOException {
    Lab.requireProgram("node");
    for (String file : List.of("package.json", "drive.mjs")) {
      Files.copy(SOURCES.resolve(file), clients.resolve(file));
    }
    Registry.fetched(
        "the clients of MCP",
        Output.of(
            List.of(
                "env",
                "--chdir=" + clients,
                "npm_config_logs_max=0",
                "npm_config_fetch_retries=0",
                Lab.requireProgram("npm"),
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund")));
  }

  /** What drive.mjs prints. */
  private List<JsonNode> driven(String client, String answer, String... calls) throws IOException {
    Path input = Files.writeString(directory.resolve("calls"), String.join("\n", calls) + "\n");
    Output output =
        lab.output(
            "sh",
            "-c",
            "cd \"$1\"; shift; exec \"$@\" < " + input,
            "sh",
            clients.toString(),
            Lab.requireProgram("node"),
            "drive.mjs",
            client,
            answer,
            Programs.EXECUTABLE.toString());
    assertThat(output.exitCode()).as("%s", output).isZero();
    List<JsonNode> documents = new ArrayList<>();
    output.standardOutput().lines().forEach(line -> documents.add(new JsonMapper().readTree(line)));
    assertThat(documents).noneMatch(one -> one.has("invalid") || one.has("fault"));
    return documents;
  }

  private static String call(String name, String arguments, String more) {
    return "{\"name\": \"%s\", \"arguments\": {%s}%s}".formatted(name, arguments, more);
  }

  private static final String FREE = call("free", "\"target\": \"8080\"", "");

  @ParameterizedTest
  @CsvSource({"1", "2", "auto"})
  void eachToolAnswersAndADeclinedPlanIsNotDone(String client) throws IOException {
    Running holder = lab.listener(8080);
    List<JsonNode> said =
        driven(
            client,
            "decline",
            call("why", "\"target\": \"8080\"", ""),
            call("list", "\"ports\": \"8080\"", ""),
            call("wait", "\"target\": \"8080\"", ", \"cancel_after_ms\": 200"),
            call("wait", "\"target\": \"8081\"", ""),
            FREE,
            call("hold", "\"target\": \"8081\"", ""),
            call("why", "\"target\": \"nowhere\"", ""),
            call("kill", "", ""));

    assertThat(said.get(0).at("/connected/name").asString()).isEqualTo("inuse");
    assertThat(said.get(1).at("/tools").toString())
        .isEqualTo("[\"" + String.join("\",\"", TOOLS) + "\"]");
    assertThat(said.get(2).at("/result/answers/0/causes/0/holders/0/pid").asLong())
        .isEqualTo(holder.pid());
    assertThat(said.get(3).at("/result/rows/0/ports/0").asInt()).isEqualTo(8080);
    assertThat(said.get(4).at("/thrown").asString()).contains("aborted");
    assertThat(said.get(5).at("/result/outcome").asString()).isEqualTo("already-free");
    assertThat(said.get(6).at("/question").asString()).contains("(pid " + holder.pid() + ")");
    assertThat(said.get(7).at("/result/outcome").asString()).isEqualTo("declined");
    assertThat(said.get(8).at("/result/got/0").asInt()).isEqualTo(8081);
    assertThat(said.get(9).at("/error").asString()).contains("'nowhere'");
    assertThat(said.get(10).at("/thrown").asString()).contains("there is no tool 'kill'");
    assertThat(holder.isAlive()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, mute, planned", "2, mute, planned", "1, cancel, declined", "2, cancel, declined"})
  void whoIsNotAskedOrDoesNotAnswerLosesNothing(String client, String answer, String outcome)
      throws IOException {
    Running holder = lab.listener(8080);

    List<JsonNode> said = driven(client, answer, FREE);

    assertThat(said.getLast().at("/result/outcome").asString()).isEqualTo(outcome);
    assertThat(holder.isAlive()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "auto"})
  void anAcceptedPlanIsDoneAndProved(String client) throws IOException {
    Running holder = lab.listener(8080);

    List<JsonNode> said = driven(client, "accept", FREE);

    assertThat(said.getLast().at("/result/outcome").asString()).isEqualTo("freed");
    assertThat(said.getLast().at("/result/verified_by").asString()).isEqualTo("bind");
    assertThat(holder.awaitExit()).isEqualTo(128 + 15);
  }

  /** A client of the Java SDK, whose user answers so. */
  private McpSyncClient java(McpSchema.ElicitResult.Action answer, List<String> questions) {
    List<String> command =
        Stream.of(lab.enter(), List.of("--"), Way.EXECUTABLE.command(), List.of("mcp"))
            .flatMap(List::stream)
            .toList();
    StdioClientTransport pipes =
        new StdioClientTransport(
            ServerParameters.builder(command.getFirst())
                .args(command.subList(1, command.size()))
                .build(),
            McpJsonDefaults.getMapper());
    return McpClient.sync(pipes)
        .requestTimeout(Duration.ofSeconds(Running.DEADLINE_SECONDS))
        .capabilities(McpSchema.ClientCapabilities.builder().elicitation().build())
        .elicitation(request -> {
          questions.add(request.message());
          return McpSchema.ElicitResult.builder(answer).content(Map.of()).build();
        })
        .build();
  }

  private static Map<?, ?> document(McpSyncClient client, String tool, Map<String, Object> given) {
    McpSchema.CallToolResult result =
        client.callTool(McpSchema.CallToolRequest.builder(tool).arguments(given).build());
    assertThat(result.isError()).isFalse();
    return (Map<?, ?>) result.structuredContent();
  }

  @Test
  void theClientOfJavaUsesEachTool() {
    Running holder = lab.listener(8080);
    List<String> questions = new ArrayList<>();
    try (McpSyncClient client = java(McpSchema.ElicitResult.Action.DECLINE, questions)) {
      assertThat(client.initialize().serverInfo().name()).isEqualTo("inuse");
      assertThat(client.listTools().tools().stream().map(McpSchema.Tool::name))
          .containsExactlyElementsOf(TOOLS);
      Map<String, Object> port = Map.of("target", "8080");
      assertThat(document(client, "why", port).toString()).contains("pid=" + holder.pid());
      assertThat(document(client, "list", Map.of("ports", "8080")).toString())
          .contains("ports=[8080]");
      assertThat(document(client, "wait", Map.of("target", "8081")).toString())
          .contains("outcome=already-free");
      assertThat(document(client, "hold", Map.of("target", "8081")).toString())
          .contains("got=[8081]");
      assertThat(document(client, "free", port).toString()).contains("outcome=declined");
    }
    assertThat(questions).hasSize(1).first().asString().contains("(pid " + holder.pid() + ")");
    assertThat(holder.isAlive()).isTrue();
    try (McpSyncClient client = java(McpSchema.ElicitResult.Action.ACCEPT, questions)) {
      client.initialize();
      assertThat(document(client, "free", Map.of("target", "8080")).toString())
          .contains("outcome=freed");
    }
    assertThat(holder.awaitExit()).isEqualTo(128 + 15);
  }
}

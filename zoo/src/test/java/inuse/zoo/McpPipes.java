package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of {@code inuse mcp} that writes and reads its frames by hand. */
final class McpPipes implements AutoCloseable {
  /** The metadata of a client that asks its user, as of 2026-07-28. */
  static final String ASKING =
      "\"_meta\": {\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\","
          + " \"io.modelcontextprotocol/clientCapabilities\": {\"elicitation\": {}}}";

  /** The same of one that cannot ask. */
  static final String MUTE = ASKING.replace("\"elicitation\": {}", "");

  private static final String END = "";

  private final Process process;
  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private final List<String> heard = new ArrayList<>();
  private final CompletableFuture<String> complaints = new CompletableFuture<>();
  private int calls;

  /** Starts a server in a directory. */
  McpPipes(List<String> command, Path directory) {
    try {
      process = new ProcessBuilder(command).directory(directory.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::readFrames);
    Thread.ofVirtual()
        .start(() -> {
          try {
            complaints.complete(new String(process.getErrorStream().readAllBytes(), UTF_8));
          } catch (IOException e) {
            complaints.completeExceptionally(e);
          }
        });
  }

  private void readFrames() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        frames.add(line);
      }
    } catch (IOException e) {
      frames.add("reading: " + e);
    }
    frames.add(END);
  }

  /** Says a frame. */
  McpPipes say(String frame) {
    try {
      process.getOutputStream().write((frame + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Calls a tool with metadata; the id of the call. */
  int call(String tool, String arguments, String more) {
    calls++;
    say(
        "{\"jsonrpc\": \"2.0\", \"id\": %d, \"method\": \"tools/call\", \"params\": {\"name\": \"%s\", \"arguments\": {%s}, %s}}"
            .formatted(calls, tool, arguments, more));
    return calls;
  }

  /** The next frame. */
  JsonNode next() {
    try {
      String frame = frames.poll(Running.DEADLINE_SECONDS, SECONDS);
      assertThat(frame).as("a frame after %s", heard).isNotNull().isNotEqualTo(END);
      heard.add(frame);
      JsonNode message = new JsonMapper().readTree(frame);
      assertThat(message.at("/jsonrpc").asString("")).as(frame).isEqualTo("2.0");
      return message;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The answer to a call, which is the next frame. */
  JsonNode answer(int id) {
    JsonNode message = next();
    assertThat(message.at("/id").asInt()).as(message.toString()).isEqualTo(id);
    return message;
  }

  /** Calls a tool, for its document. */
  JsonNode document(String tool, String arguments, String more) {
    JsonNode answer = answer(call(tool, arguments, more));
    assertThat(answer.at("/result/structuredContent").isObject()).as(answer.toString()).isTrue();
    return answer.at("/result/structuredContent");
  }

  /** All that it has said as bytes: the frames that were waited for. */
  List<String> heard() {
    return heard;
  }

  long pid() {
    return process.pid();
  }

  /** Closes its input, and waits for its end: how long that took. */
  Duration end(int status) {
    long begin = System.nanoTime();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(Running.DEADLINE_SECONDS, SECONDS)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(process.exitValue()).isEqualTo(status);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Waits for its end, and takes what it had still to say: each line of that is a frame, too. */
  List<JsonNode> rest() {
    try {
      assertThat(process.waitFor(Running.DEADLINE_SECONDS, SECONDS)).isTrue();
      List<JsonNode> rest = new ArrayList<>();
      for (String frame = frames.take(); !frame.equals(END); frame = frames.take()) {
        rest.add(new JsonMapper().readTree(frame));
      }
      return rest;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it said on standard error, once it has ended. */
  String complaints() {
    return complaints.join();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

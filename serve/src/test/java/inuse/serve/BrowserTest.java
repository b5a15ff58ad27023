package inuse.serve;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import inuse.core.events.Event;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in Chromium, driven by {@code src/test/browser/drive.mjs}. */
final class BrowserTest {
  private static final Path SOURCES = Path.of(System.getProperty("serve.browser.sources"));
  private static final Duration LONG = Duration.ofMinutes(4);

  private static final String HOSTILE =
      "<img src=x onerror=\"hostile=1;alert(1)\">\u00e2\u0080\u00ae\u001b[31m";

  /** What npm says where there is no registry, and nothing that was fetched before. */
  private static final Pattern NO_REGISTRY =
      Pattern.compile("ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENOTCACHED|ERR_SOCKET_TIMEOUT");

  @TempDir private Path directory;

  private static String program(String name) {
    for (String place : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(place, name))) {
        return Path.of(place, name).toString();
      }
    }
    throw new IllegalStateException(name + " is not installed; .ci/run has the packages");
  }

  private ProcessBuilder command(String... words) {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("npm_config_logs_max", "0");
    builder.environment().put("npm_config_fetch_retries", "0");
    builder.environment().put("npm_config_cache", directory.resolve("npm").toString());
    return builder.redirectInput(Path.of("/dev/null").toFile());
  }

  @SuppressWarnings("SystemOut") // the one line that must not be missed
  private void install() throws IOException, InterruptedException {
    for (String file : List.of("package.json", "drive.mjs")) {
      Files.copy(SOURCES.resolve(file), directory.resolve(file));
    }
    Process npm =
        command(program("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund")
            .redirectErrorStream(true)
            .start();
    String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (npm.waitFor() != 0 && NO_REGISTRY.matcher(said).find()) {
      String why = "no registry for the driver of the browser";
      System.out.println("SERVE: the page in a browser SKIPPED: " + why);
      abort(why);
    }
    assertThat(npm.exitValue()).as(said).isZero();
  }

  private static JsonValue next(BufferedReader said) throws IOException {
    String line = said.readLine();
    assertThat(line).as("a line of drive.mjs").isNotNull();
    return JsonReader.parse(requireNonNull(line)).orElseThrow();
  }

  @Test
  void aRefusedBindAppearsAndAHostileNameDoesNothing()
      throws IOException, InterruptedException, SQLException {
    install();
    Recording recording =
        new Recording(
            Files.createDirectory(directory.resolve("segments")),
            System.currentTimeMillis() - 600_000);
    recording.starts("a", false);
    recording.named(1, "server");
    recording.named(2, new Untrusted(HOSTILE));
    recording.socket(Event.Change.LISTENING, false, 7, 1, 8080);
    recording.refused(2, 1, 8080, "listener");
    ServeOptions options =
        ServeOptions.parse(
            List.of(
                "--listen=127.0.0.1:0",
                "--directory=" + directory.resolve("segments"),
                "--data=" + directory.resolve("data")),
            Map.of());
    try (Serve serve = Serve.start(options)) {
      assertThat(serve.follower().awaitCaughtUp(LONG)).isTrue();
      Process browser =
          command(
                  program("node"),
                  "drive.mjs",
                  serve.address(),
                  program("chromium"),
                  directory.resolve("profile").toString(),
                  System.getProperty("serve.pictures", directory.toString()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader said = browser.inputReader(StandardCharsets.UTF_8)) {
        check(recording, said);
        assertThat(browser.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } finally {
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly();
      }
    }
  }

  private static void check(Recording recording, BufferedReader said) throws IOException {
    assertThat(next(said).at("ready")).isEqualTo(new JsonValue.Flag(true));
    recording.refused(2, 1, 9090, "listener");
    assertThat(next(said).at("appeared").digits()).isPresent();

    JsonValue hostile = next(said).at("hostile");
    assertThat(hostile.at("shown")).isEqualTo(new JsonValue.Flag(true));
    assertThat(hostile.at("found")).isEqualTo(new JsonValue.Flag(true));
    assertThat(hostile.at("made").digits()).contains("0");
    assertThat(hostile.at("ran")).isEqualTo(new JsonValue.Flag(false));
    assertThat(hostile.at("hidden")).isEqualTo(new JsonValue.Flag(false));

    assertThat(next(said).at("recorded").text().orElse(""))
        .contains("server (as recorded)", "1001", "unit1.service");

    for (int i = 0; i < 4; i++) {
      JsonValue look = next(said);
      assertThat(look.at("wider").digits()).as("%s", look).contains("0");
      assertThat(look.at("violations").items()).as("%s", look).isEmpty();
    }
    assertThat(next(said).at("trouble").items()).isEmpty();
  }
}

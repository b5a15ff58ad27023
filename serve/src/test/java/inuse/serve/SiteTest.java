package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as a whole, asked over HTTP. */
final class SiteTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'\u001b[31m\u0000";

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Serve> servers = new ArrayList<>();
  private Recording recording = new Recording(Path.of("/nonexistent"), 0);

  @BeforeEach
  void record() throws IOException {
    recording =
        new Recording(
            Files.createDirectory(directory.resolve("segments")),
            System.currentTimeMillis() - 600_000);
    recording.starts("a", false);
    recording.named(1, "server");
    recording.named(2, new Untrusted(HOSTILE));
    recording.socket(Event.Change.LISTENING, false, 7, 1, 8080);
    recording.refused(2, 1, 8080, "listener");
  }

  @AfterEach
  void stop() throws SQLException, InterruptedException {
    for (Serve serve : servers) {
      serve.close();
    }
    client.close();
  }

  private Serve started(String... more) throws IOException, SQLException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--listen=127.0.0.1:0",
                "--directory",
                directory.resolve("segments").toString(),
                "--data",
                directory.resolve("data").toString()));
    words.addAll(List.of(more));
    Serve serve = Serve.start(ServeOptions.parse(words, Map.of()));
    servers.add(serve);
    assertThat(serve.follower().awaitCaughtUp(LONG)).isTrue();
    return serve;
  }

  private HttpResponse<String> got(Serve serve, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(serve.address() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(
        request.timeout(LONG).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  /** The first line that answers exactly these bytes. */
  private static String raw(Serve serve, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), serve.port())) {
      socket.setSoTimeout((int) LONG.toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return String.valueOf(
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
              .readLine());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "index.html",
        "page.js",
        "text.js",
        "timeline.js",
        "page.css",
        "uPlot.esm.js",
        "uPlot.min.css",
        "uPlot.LICENSE",
        "icon.svg",
        "metrics",
        "api/now",
        "api/still",
        "api/state",
        "api/refused",
        "api/search?text=server",
        "api/holders?port=8080&at=1",
        "api/timeline?port=8080&from=0&to=9999999999999"
      })
  void eachAnswerIsThereAndUnderThePolicy(String path)
      throws IOException, SQLException, InterruptedException {
    HttpResponse<String> response = got(started(), path);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    if (path.startsWith("api/")) {
      assertThat(JsonReader.parse(response.body())).as(response.body()).isPresent();
    }
  }

  @Test
  void aHostileNameIsInNoAnswerAsItIs() throws IOException, SQLException, InterruptedException {
    Serve serve = started();
    String refused = got(serve, "api/refused").body();

    assertThat(refused).contains("onerror").doesNotContain("\u001b", "\u0000");
    assertThat(got(serve, "api/search?text=onerror").body()).contains("onerror");
    assertThat(got(serve, "metrics").body()).doesNotContain("\u001b", "\u0000");
    assertThat(got(serve, "api/refused").headers().firstValue("Content-Type"))
        .contains("application/json");
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421",
    "'GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n', 403",
    "'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n', 405",
    "'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n', 413",
    "'GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n', 404",
    "'GET /api/timeline?port=x HTTP/1.1\r\nHost: localhost\r\n\r\n', 400",
    "'GET /api/timeline?port=70000&from=0&to=1 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400",
    "'GET /api/search?text=%GG HTTP/1.1\r\nHost: localhost\r\n\r\n', 400",
    "'GET /api/search HTTP/1.1\r\nHost: localhost\r\n\r\n', 400"
  })
  void whatIsWrongIsRefused(String request, int status)
      throws IOException, SQLException, InterruptedException {
    assertThat(raw(started(), request)).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void aTokenIsAskedForWhereThereIsOne() throws IOException, SQLException, InterruptedException {
    Path token = Files.writeString(directory.resolve("token"), "0123456789abcdef");
    Serve serve = started("--token-file", token.toString());

    for (String path : List.of("", "page.js", "metrics", "api/now", "api/news")) {
      HttpResponse<String> response = got(serve, path);
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).contains("Basic");
    }
    assertThat(got(serve, "metrics", "Authorization", "Bearer 0123456789abcdef").statusCode())
        .isEqualTo(200);
  }

  @Test
  void theHeadOfAnAnswerIsWithoutItsBody() throws IOException, SQLException, InterruptedException {
    Serve serve = started();
    for (String path : List.of("", "api/news", "api/now", "metrics")) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(serve.address() + path))
                  .HEAD()
                  .timeout(LONG)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.body()).isEmpty();
    }
  }

  @Test
  void whatIsWrittenLaterIsFollowedAndTold()
      throws IOException, SQLException, InterruptedException {
    Serve serve = started();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(serve.address() + "api/news")).timeout(LONG).build();
    try (InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        BufferedReader news =
            new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      assertThat(news.readLine()).isEqualTo("retry: 1000");
      recording.refused(1, 2, 9090, "listener");
      String line = news.readLine();
      while (line != null && !line.startsWith("event:")) {
        line = news.readLine();
      }
      assertThat(line).isEqualTo("event: refused");
    }
    assertThat(got(serve, "api/refused").body()).contains("9090");
    assertThat(got(serve, "metrics").body())
        .contains("{cause=\"listener\",program=\"server\",protocol=\"tcp\"} 1.0");
  }

  @Test
  void whatIsRebuiltIsWhatWasFollowed() throws IOException, SQLException, InterruptedException {
    Serve first = started();
    recording.starts("a", true);
    recording.named(1, "server");
    recording.socket(Event.Change.LISTENING, true, 7, 1, 8080);
    recording.refused(1, 1, 8081);
    first.close();
    servers.clear();
    Serve second = started();
    String path = "api/timeline?port=8080&from=0&to=9999999999999";
    String followed = got(second, path).body().replaceAll("\"to\": \"[^\"]*\"", "");
    second.close();
    servers.clear();
    Serve third = started("--rebuild");

    assertThat(followed).contains("server", "refused");
    assertThat(got(third, path).body().replaceAll("\"to\": \"[^\"]*\"", "")).isEqualTo(followed);
  }

  @Test
  void whatIsBoundNowIsTold() throws IOException, SQLException, InterruptedException {
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String now = got(started(), "api/now").body();
      assertThat(now)
          .contains("inuse.serve/1", "127.0.0.1]:" + held.getLocalPort(), "\"program\": \"java\"")
          // Of this very test's command line.
          .doesNotContain("--enable-native-access", System.getProperty("user.dir"));
    }
  }

  /** As npm has them: uplot 1.6.32. */
  @Test
  void theVendoredFilesAreTheOriginals() throws NoSuchAlgorithmException {
    assertThat(PageFiles.bytes("uPlot.esm.js")).hasSize(145_423);
    assertThat(sum("uPlot.esm.js"))
        .isEqualTo("5dd9b3281aa64b461b42d9945f6adb2649d346502b12281a9ae0d46599a80eba");
    assertThat(PageFiles.bytes("uPlot.min.css")).hasSize(1857);
    assertThat(sum("uPlot.min.css"))
        .isEqualTo("df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04");
    assertThat(new String(PageFiles.bytes("uPlot.LICENSE"), StandardCharsets.UTF_8))
        .startsWith("The MIT License");
  }

  private static String sum(String file) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(PageFiles.bytes(file)));
  }

  /** Nothing on the page is read as HTML, and nothing comes from elsewhere. */
  @ParameterizedTest
  @ValueSource(strings = {"index.html", "page.js", "text.js", "timeline.js"})
  void thePageMakesTextNodesAndComesFromHereAlone(String file) {
    assertThat(new String(PageFiles.bytes(file), StandardCharsets.UTF_8))
        .doesNotContain(
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "eval(",
            "http:",
            "https:",
            "style=",
            "onclick=");
  }
}

package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inuse.core.events.Event;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import inuse.serve.fleet.FleetCommand;
import inuse.serve.fleet.FleetLab;
import io.nats.client.JetStreamApiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet with a real server, whose permissions are those of examples/nats. */
final class FleetTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int EVENTS = Boolean.getBoolean("inuse.long") ? 100_000 : 10_000;

  @TempDir private Path directory;

  private final List<Serve> servers = new ArrayList<>();
  private Optional<FleetLab> lab = Optional.empty();

  @BeforeEach
  void begin() throws IOException, InterruptedException {
    lab =
        Optional.of(
            FleetLab.onLoopback(
                Files.createDirectory(directory.resolve("nats")), "web-1", "web-2", "web-3"));
  }

  @AfterEach
  void end() throws SQLException, InterruptedException {
    for (Serve serve : servers) {
      serve.close();
    }
    lab().close();
  }

  private FleetLab lab() {
    return lab.orElseThrow();
  }

  private Recording recording(String host) throws IOException {
    return new Recording(
        Files.createDirectories(directory.resolve(host + "-segments")),
        System.currentTimeMillis() - 600_000);
  }

  private Serve started(String host, List<String> member, String... more)
      throws IOException, SQLException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--listen=127.0.0.1:0",
                "--directory",
                directory.resolve(host + "-segments").toString(),
                "--data",
                directory.resolve(host + "-data").toString()));
    words.addAll(member);
    words.addAll(List.of(more));
    Serve serve = Serve.start(ServeOptions.parse(words, Map.of()));
    servers.add(serve);
    assertThat(serve.follower().awaitCaughtUp(LONG)).isTrue();
    return serve;
  }

  private void stop(Serve serve) throws SQLException {
    servers.remove(serve);
    serve.close();
  }

  private static JsonValue host(FleetLab.Said said, String name) {
    return said.json().at("hosts").items().stream()
        .filter(one -> one.at("host").text().equals(Optional.of(name)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oneQuestionHasTheAnswersOfAll() throws IOException, SQLException, InterruptedException {
    started("web-1", lab().member("web-1"));
    started("web-2", lab().member("web-2"));
    lab().awaitHosts(2);
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String port = Integer.toString(held.getLocalPort());
      FleetLab.Said table = lab().ask(port);
      assertThat(table.status()).isZero();
      assertThat(table.text().lines()).hasSize(3).first().asString().startsWith("HOST");
      assertThat(table.text()).contains("web-1").contains("web-2").contains("blocked");

      FleetLab.Said json = lab().ask(port, "--json");
      for (String name : List.of("web-1", "web-2")) {
        JsonValue document = host(json, name).at("document");
        assertThat(document.at("schema").text()).contains("inuse.diagnosis/1");
        assertThat(document.at("diagnoses").items().getFirst().at("verdict").text())
            .contains("blocked");
      }
      assertThat(json.text()).contains("\"args\": []").doesNotContain("surefire");
      assertThat(lab().ask(port, "--host", "web-1", "--json").json().at("hosts").items())
          .hasSize(1);
    }
    assertThat(lab().ask("udp/9", "--host", "web-2").status()).isEqualTo(1);
    FleetLab.Said silent = lab().ask("udp/9", "--host", "web-3", "--timeout", "300ms");
    assertThat(silent.status()).isEqualTo(3);
    assertThat(silent.text()).contains("web-3: silent, and not known to the fleet");
  }

  @Test
  void thePastOfAHostIsToldByItselfAndAfterItsEndByTheStream()
      throws IOException, SQLException, InterruptedException {
    Recording recording = recording("web-1");
    recording.starts("a", false);
    recording.named(1, "one");
    recording.named(2, new Untrusted("two\u001b[31m"));
    recording.socket(Event.Change.LISTENING, false, 7, 1, 8080);
    long between = recording.now();
    recording.refused(2, 1, 8080, "listener");
    recording.socket(Event.Change.RELEASED, false, 7, 1, 8080);
    Serve serve = started("web-1", lab().member("web-1"));
    lab().awaitHosts(1);
    FleetLab.await("three events", () -> lab().count() == 3);

    FleetLab.Said live = lab().ask("--refused", "--since", "1h");
    assertThat(live.status()).isZero();
    assertThat(live.text())
        .contains("web-1:")
        .contains("refused")
        .contains("two\\x1b[31m (pid 1002), unit2.service")
        .contains("held by one (pid 1001), unit1.service")
        .doesNotContain("\u001b")
        .doesNotContain("secret");
    FleetLab.Said before = lab().ask("8080", "--json", "--since", "1h");
    stop(serve);
    FleetLab.Said after = lab().ask("8080", "--json", "--since", "1h", "--timeout", "300ms");
    JsonValue silent = host(after, "web-1");
    assertThat(silent.at("silent")).isEqualTo(new JsonValue.Flag(true));
    assertThat(silent.at("silent_since").text()).isPresent();
    assertThat(silent.at("document", "entries"))
        .isEqualTo(host(before, "web-1").at("document", "entries"));
    assertThat(silent.at("document", "entries").items()).hasSize(2);
    String at = Instant.ofEpochMilli(between).toString().substring(0, 19) + "Z";
    FleetLab.Said then = lab().ask("8080", "--at", at.replace('T', ' '), "--timeout", "300ms");
    assertThat(then.text()).contains("what it had told until then").contains("one (pid 1001");
    assertThat(then.text()).contains("web-1: silent since ");
  }

  @Test
  void aHostCannotSpeakInTheNameOfAnother() throws IOException, SQLException, InterruptedException {
    started("web-1", lab().member("web-1"));
    started("liar", lab().member("127.0.0.1", "web-3", "web-2"));
    Recording recording = recording("liar");
    recording.starts("a", false);
    recording.named(1, "one");
    recording.socket(Event.Change.BOUND, false, 7, 1, 8080);
    lab().publishAs("web-2", "inuse.event.web-3.tcp.80", "{}".getBytes(StandardCharsets.UTF_8));
    lab().publishAs("web-2", "$KV.inuse_now.web-3", "{}".getBytes(StandardCharsets.UTF_8));
    lab().publishAs("web-2", "inuse.ask.all", "{}".getBytes(StandardCharsets.UTF_8));
    lab().publishAs("web-2", "inuse.event.web-2.tcp.80", "{}".getBytes(StandardCharsets.UTF_8));
    lab().awaitHosts(1);
    FleetLab.await(
        "the refusals",
        () -> {
          try {
            return violations("Publish") >= 4 && violations("Subscription") >= 2;
          } catch (IOException unreadable) {
            return false;
          }
        });
    assertThat(lab().count()).isEqualTo(1);
    assertThat(lab().ask("9", "--json", "--timeout", "500ms").json().at("hosts").items())
        .hasSize(1);
  }

  private long violations(String kind) throws IOException {
    return lab().log().filter(line -> line.contains(kind + " Violation")).count();
  }

  @Test
  void aServerOfAnotherNameIsNotBelieved() throws InterruptedException {
    FleetLab.Said said = lab().askAt("127.0.0.2", "9");
    assertThat(said.status()).isEqualTo(3);
    assertThat(said.text()).isEmpty();
  }

  @Test
  void hostilePresenceAndAnswersDoNothingToATerminal() throws IOException, InterruptedException {
    byte[] hostile =
        "{\"version\": \"\u001b]0;x\u0007\u202e\", \"now\": \"9999999999999999Z\", \"listeners\": 1e99}"
            .getBytes(StandardCharsets.UTF_8);
    lab().publishAs("web-2", "$KV.inuse_now.web-2", hostile);
    for (String text :
        List.of(
            lab().ask().text(),
            lab().ask("--json").text(),
            lab().ask("9", "--timeout", "300ms").text())) {
      assertThat(text).contains("web-2").doesNotContain("\u001b", "\u202e", "\u0007");
    }
  }

  @Test
  void nothingIsStoredTwiceAndNothingIsMissing()
      throws IOException, SQLException, InterruptedException, JetStreamApiException {
    Recording recording = recording("web-1");
    recording.starts("a", false);
    recording.named(1, "one");
    write(recording, 0, EVENTS / 4);
    Serve serve = started("web-1", lab().member("web-1"));
    FleetLab.await("a quarter", () -> lab().count() == EVENTS / 4);
    // Killed while events are on their way.
    lab().freezeServer();
    write(recording, EVENTS / 4, EVENTS / 2);
    lab().awaitUnread(50_000);
    lab().killServer();
    lab().startServer();
    FleetLab.await("half of them", () -> lab().count() == EVENTS / 2);
    stop(serve);
    lab().killServer();
    write(recording, EVENTS / 2, EVENTS * 3 / 4);
    Serve again = started("web-1", lab().member("web-1"));
    lab().startServer();
    FleetLab.await("three quarters", () -> lab().count() >= EVENTS * 3 / 4);
    stop(again);

    // The server has forgotten all ids, and all that was acknowledged is forgotten here.
    lab().forgetIds();
    started("web-1", lab().member("web-1"), "--rebuild");
    write(recording, EVENTS * 3 / 4, EVENTS);
    FleetLab.await("all of them", () -> lab().count() >= EVENTS);

    FleetLab.Stored stored = lab().stored();
    assertThat(stored.count()).isEqualTo(EVENTS);
    assertThat(stored.ids()).hasSize(EVENTS);
  }

  private static void write(Recording recording, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      recording.socket(Event.Change.BOUND, false, i + 1L, 1, 1024 + i % 60_000);
    }
  }

  @Test
  void aClockThatIsWrongIsAllowedForAndTold()
      throws IOException, SQLException, InterruptedException {
    // Segments of a host whose clock is an hour behind, so that its last minute is an hour old.
    long behind = 3_600_000;
    Recording recording =
        new Recording(
            Files.createDirectories(directory.resolve("web-1-segments")),
            System.currentTimeMillis() - behind - 60_000);
    recording.starts("a", false);
    recording.named(1, "one");
    recording.refused(1, 1, 8080, "listener");
    Serve serve = started("web-1", lab().member("web-1"));
    FleetLab.await("the event", () -> lab().count() == 1);
    stop(serve);
    // What such a host said of itself last.
    String now = Instant.ofEpochMilli(System.currentTimeMillis() - behind).toString();
    byte[] presence = ("{\"now\": \"" + now + "\"}").getBytes(StandardCharsets.UTF_8);
    lab().publishAs("web-1", "$KV.inuse_now.web-1", presence);

    assertThat(lab().ask().text()).contains("its clock is 60 min behind");
    FleetLab.Said said = lab().ask("--refused", "--since", "10m", "--timeout", "300ms");
    assertThat(said.text()).contains("refused").contains("its clock is 60 min behind");
    String hour = Instant.ofEpochMilli(recording.now() + behind).toString().substring(11, 14);
    assertThat(said.text()).contains(" " + hour);
  }

  @Test
  void aHostIsAskedByTheClockOfTheOneWhoAsks()
      throws IOException, SQLException, InterruptedException, TimeoutException {
    Recording recording = recording("web-1");
    recording.starts("a", false);
    recording.named(1, "one");
    recording.refused(1, 1, 8080, "listener");
    started("web-1", lab().member("web-1"));
    lab().awaitHosts(1);
    for (Duration behind : List.of(Duration.ZERO, Duration.ofHours(1), Duration.ofHours(-1))) {
      assertThat(lab().refusedBy("web-1", behind)).as("%s behind", behind).isEqualTo(1);
    }
  }

  @Test
  void aServerForTryingItEndsWithThePage() throws IOException, SQLException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    String url = "nats://127.0.0.1:" + port;
    Serve serve = started("web-1", List.of("--with-nats", "--nats", url, "--host", "web-1"));
    StringBuilder out = new StringBuilder();
    FleetLab.await(
        "the host",
        () -> {
          out.setLength(0);
          try {
            return new FleetCommand("test").run(List.of("--nats", url), out) == 0;
          } catch (InterruptedException hurried) {
            throw new IllegalStateException(hurried);
          }
        });
    assertThat(out.toString()).contains("web-1");
    stop(serve);
    new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close();
    assertThatThrownBy(
            () -> started("web-1", List.of("--with-nats", "--nats", "nats://192.0.2.1:4222")))
        .hasMessageContaining("--with-nats is for nats://127.0.0.1:PORT");
  }
}

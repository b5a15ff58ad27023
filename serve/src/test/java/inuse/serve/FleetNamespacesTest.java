package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.io.JsonValue;
import inuse.serve.fleet.FleetLab;
import io.nats.client.JetStreamApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Three hosts and a server, each in a network namespace of its own, and a link to each host. */
@EnabledIf("isRoot")
final class FleetNamespacesTest {
  private static final List<String> HOSTS = List.of("web-1", "web-2", "web-3");

  /** An address of the block for tests of benchmarks (RFC 2544), which no real network has. */
  private static final String NET = "198.18.";

  @TempDir private Path directory;

  private final String name = "inuse-" + ProcessHandle.current().pid();
  private final List<String> namespaces = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private Optional<FleetLab> lab = Optional.empty();

  static boolean isRoot() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (!root) {
      System.out.println("SERVE: a fleet in namespaces SKIPPED: this is not root");
    }
    return root;
  }

  private static void ip(String words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words.split(" ", -1)));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).as(words).isZero();
  }

  private String namespace(String of) throws IOException, InterruptedException {
    String namespace = name + "-" + of;
    ip("netns add " + namespace);
    namespaces.add(namespace);
    ip("-n " + namespace + " link set lo up");
    return namespace;
  }

  private static String server(int link) {
    return NET + link + ".1";
  }

  /** A link between the server and a host, whose end there is eth0. */
  private void link(String server, int link, String there)
      throws IOException, InterruptedException {
    String here = "host" + link;
    ip("-n " + server + " link add " + here + " type veth peer name eth0 netns " + there);
    ip("-n " + server + " addr add " + server(link) + "/30 dev " + here);
    ip("-n " + server + " link set " + here + " up");
    ip("-n " + there + " addr add " + NET + link + ".2/30 dev eth0");
    ip("-n " + there + " link set eth0 up");
  }

  /** A link between the server and this network namespace, over which the fleet is asked. */
  private void linkToHere(String server, int link) throws IOException, InterruptedException {
    String here = "iu" + ProcessHandle.current().pid();
    ip("link add " + here + " type veth peer name eth9 netns " + server);
    ip("-n " + server + " addr add " + server(link) + "/30 dev eth9");
    ip("-n " + server + " link set eth9 up");
    ip("addr add " + NET + link + ".2/30 dev " + here);
    ip("link set " + here + " up");
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    for (Process process : processes) {
      process.destroy();
      process.waitFor();
    }
    if (lab.isPresent()) {
      lab.get().close();
    }
    for (String namespace : namespaces) {
      ip("netns del " + namespace);
    }
  }

  private void serve(String host, String namespace, int link) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "inuse.serve.Serve",
            "--listen=127.0.0.1:0",
            "--directory",
            segments(host).toString(),
            "--data",
            directory.resolve(host + "-data").toString()));
    command.addAll(lab().member(server(link), host, host));
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(directory.resolve(host + ".log").toFile())
            .start());
  }

  private Path segments(String host) {
    return directory.resolve(host + "-segments");
  }

  private FleetLab lab() {
    return lab.orElseThrow();
  }

  private static JsonValue host(JsonValue document, String name) {
    return document.at("hosts").items().stream()
        .filter(one -> one.at("host").text().equals(Optional.of(name)))
        .findFirst()
        .orElseThrow();
  }

  private static long silent(FleetLab.Said said) {
    return said.json().at("hosts").items().stream()
        .filter(one -> one.at("silent").equals(new JsonValue.Flag(true)))
        .count();
  }

  @Test
  void aLinkThatIsDownIsASilentHostAndNothingIsLost()
      throws IOException, InterruptedException, JetStreamApiException {
    String server = namespace("server");
    List<String> addresses = new ArrayList<>(List.of(server(0)));
    List<String> there = new ArrayList<>();
    linkToHere(server, 0);
    for (int i = 0; i < HOSTS.size(); i++) {
      there.add(namespace(HOSTS.get(i)));
      link(server, i + 1, there.get(i));
      addresses.add(server(i + 1));
    }
    lab =
        Optional.of(
            FleetLab.there(
                Files.createDirectory(directory.resolve("nats")),
                List.of("ip", "netns", "exec", server),
                addresses,
                HOSTS.toArray(String[]::new)));
    List<Recording> recordings = new ArrayList<>();
    for (int i = 0; i < HOSTS.size(); i++) {
      String host = HOSTS.get(i);
      Recording recording =
          new Recording(
              Files.createDirectory(segments(host)), System.currentTimeMillis() - 300_000);
      recording.starts("boot-" + i, false);
      recording.named(1, "one");
      recording.refused(1, 1, 8080, "listener");
      recordings.add(recording);
      serve(host, there.get(i), i + 1);
    }
    lab().awaitHosts(3);
    FleetLab.await("three events", () -> lab().count() == 3);

    // One question, three answers, each of its own namespace.
    FleetLab.Said three = lab().ask("udp/68", "--json", "--timeout", "20s");
    assertThat(three.status()).isEqualTo(1);
    assertThat(silent(three)).isZero();
    assertThat(three.json().at("hosts").items()).hasSize(3);

    FleetLab.Said refused = lab().ask("--refused", "--since", "10m", "--json", "--timeout", "20s");
    for (String host : HOSTS) {
      assertThat(host(refused.json(), host).at("document", "entries").items()).as(host).hasSize(1);
    }

    ip("-n " + server + " link set host1 down");
    FleetLab.Said two = lab().ask("udp/68", "--json", "--timeout", "5s");
    assertThat(two.status()).isEqualTo(3);
    assertThat(silent(two)).isEqualTo(1);
    assertThat(host(two.json(), "web-1").at("silent_since").text()).isPresent();
    for (Recording recording : recordings) {
      for (int i = 0; i < 100; i++) {
        recording.socket(Event.Change.BOUND, false, i + 1L, 1, 2000 + i);
      }
    }
    FleetLab.await("the events of the others", () -> lab().count() == 203);
    FleetLab.Said past = lab().ask("8080", "--refused", "--since", "10m", "--timeout", "5s");
    assertThat(past.text()).contains("web-1: what it had told until then").contains("one (pid");

    ip("-n " + server + " link set host1 up");
    FleetLab.await("all events", () -> lab().count() >= 303);
    FleetLab.Stored stored = lab().stored();
    assertThat(stored.count()).isEqualTo(303);
    assertThat(stored.ids()).hasSize(303);
    assertThat(silent(lab().ask("udp/68", "--json", "--timeout", "20s"))).isZero();
  }
}

package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.evidence.Untrusted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told. */
final class MetricsTest {
  private static final String LIST =
      """
      {"schema": "inuse.list/1", "rows": [
       {"protocol": "tcp", "reach": "everyone", "left_over": null,
        "sockets": [{"state": "LISTEN", "local": "0.0.0.0:80"}, {"state": "LISTEN", "local": "0.0.0.0:80"},
                    {"state": "LISTEN", "local": "[::]:80"}, {"state": "BOUND", "local": "0.0.0.0:81"}]},
       {"protocol": "tcp", "reach": "local", "left_over": {"by": "x"},
        "sockets": [{"state": "LISTEN", "local": "127.0.0.1:81"}]},
       {"protocol": "udp", "reach": "lan", "left_over": null,
        "sockets": [{"state": "UNCONN", "local": "10.0.0.1:53", "peer": null},
                    {"state": "ESTAB", "local": "10.0.0.1:54", "peer": "10.0.0.2:1"}]},
       {"protocol": "tcp", "reach": "hostile\\"} 1", "left_over": null,
        "sockets": [{"state": "LISTEN", "local": "0.0.0.0:82"}]},
       {"protocol": "unix", "reach": "local", "left_over": null, "sockets": []}],
       "differences": [{"kind": "missing"}, {"kind": "unexpected"}, {"kind": "missing"}]}
      """;

  @TempDir private Path directory;

  private static String text(Metrics metrics) throws IOException {
    return new String(metrics.text(), StandardCharsets.UTF_8);
  }

  @Test
  void whatIsBoundIsCountedByReach() throws IOException {
    assertThat(text(new Metrics(new CurrentPorts(() -> LIST))).lines())
        .contains(
            "inuse_listeners{protocol=\"tcp\",reach=\"everyone\"} 2.0",
            "inuse_listeners{protocol=\"tcp\",reach=\"local\"} 1.0",
            "inuse_listeners{protocol=\"tcp\",reach=\"unknown\"} 1.0",
            "inuse_listeners{protocol=\"udp\",reach=\"lan\"} 1.0",
            "inuse_left_over 1.0",
            "inuse_expected_missing 2.0");
  }

  @Test
  void whatIsNotKnownHasNoValue() throws IOException {
    Metrics metrics =
        new Metrics(
            new CurrentPorts(() -> {
              throw new IOException("planted");
            }));
    assertThat(text(metrics).lines())
        .noneMatch(line -> line.startsWith("inuse_left_over ") || line.startsWith("inuse_listen"));
    assertThat(text(new Metrics(new CurrentPorts(() -> LIST.replace("\"differences\"", "\"x\"")))))
        .doesNotContain("inuse_expected_missing 0");
  }

  @Test
  void programsThatAreTooManyAreCountedAsOthers() throws IOException {
    Recording recording = new Recording(directory, 0);
    recording.starts("a", false);
    for (int i = 0; i < 80; i++) {
      recording.refused(i, 1, 8080, "cause-" + i);
    }
    Metrics metrics = new Metrics(new CurrentPorts(() -> LIST));
    for (Event event : recording.events()) {
      metrics.count(event, number -> number.map(one -> new Untrusted("program " + one)));
    }

    String text = text(metrics);
    assertThat(text.lines().filter(line -> line.startsWith("inuse_binds_refused_total")))
        .hasSize(Metrics.MOST_VALUES + 1)
        .contains(
            "inuse_binds_refused_total{cause=\"other\",program=\"other\",protocol=\"tcp\"} 30.0");
  }

  @Test
  void aHostileNameIsOneValueOfALabel() throws IOException {
    Recording recording = new Recording(directory, 0);
    recording.starts("a", false);
    recording.refused(1, 1, 8080, "listener");
    recording.gap(Event.Loss.LOST);
    Metrics metrics = new Metrics(new CurrentPorts(() -> LIST));
    String name = "x\"} 9\nplanted 1\n\u001b[31m" + "y".repeat(500);
    for (Event event : recording.events()) {
      metrics.count(event, number -> Optional.of(new Untrusted(name)));
    }

    assertThat(text(metrics).lines())
        .noneMatch(line -> line.startsWith("planted"))
        .noneMatch(line -> line.length() > 200)
        .contains("inuse_record_gaps_total{why=\"lost\"} 1.0");
  }
}

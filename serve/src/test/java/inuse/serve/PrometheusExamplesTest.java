package inuse.serve;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.core.io.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/prometheus} asks for what is served. */
final class PrometheusExamplesTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("serve.examples"));
  private static final Pattern METRIC = Pattern.compile("\\binuse_[a-z_]+");
  private static final Pattern LABEL =
      Pattern.compile("by \\(([a-z, ]+)\\)|[{,]([a-z]+)=~?\\\\?\"|labels[.]([a-z]+)");

  private static final String LIST =
      """
      {"schema": "inuse.list/1", "rows": [{"protocol": "tcp", "reach": "local", "left_over": null,
        "sockets": [{"state": "LISTEN", "local": "127.0.0.1:80"}]}], "differences": []}
      """;

  @TempDir private Path directory;

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      for (int i = Math.min(1, matcher.groupCount()); i <= matcher.groupCount(); i++) {
        Optional.ofNullable(matcher.group(i))
            .ifPresent(group -> found.addAll(Set.of(group.split(", ", -1))));
      }
    }
    return found;
  }

  private String served() throws IOException {
    Recording recording = new Recording(directory, 0);
    recording.starts("a", false);
    recording.refused(1, 1, 8080, "listener");
    Metrics metrics = new Metrics(new CurrentPorts(() -> LIST));
    for (Event event : recording.events()) {
      metrics.count(event, number -> Optional.empty());
    }
    return new String(metrics.text(), StandardCharsets.UTF_8);
  }

  @Test
  void eachMetricAndLabelIsServed() throws IOException {
    String served = served();
    Set<String> labels = found(LABEL, served);
    labels.add("instance");
    for (String name : new String[] {"rules.yml", "dashboard.json"}) {
      String example = Files.readString(EXAMPLES.resolve(name));
      assertThat(found(METRIC, example))
          .as(name)
          .hasSizeGreaterThan(3)
          .isSubsetOf(found(METRIC, served));
      assertThat(found(LABEL, example)).as(name).hasSizeGreaterThan(3).isSubsetOf(labels);
    }
    assertThat(found(METRIC, "rate(inuse_planted[1m])")).containsExactly("inuse_planted");
  }

  @Test
  void theDashboardIsJson() throws IOException {
    assertThat(JsonReader.parse(Files.readString(EXAMPLES.resolve("dashboard.json")))).isPresent();
  }
}

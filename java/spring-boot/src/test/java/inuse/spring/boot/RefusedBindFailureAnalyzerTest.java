package inuse.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** With executables that fail; with the real one and real holders, see the zoo. */
final class RefusedBindFailureAnalyzerTest {
  private final PortInUseException taken = new PortInUseException(8080);

  private static final String DESCRIPTION =
      "Web server failed to start. Port 8080 was already in use.";

  private static final String ACTION =
      "Identify and stop the process that's listening on port 8080 or configure this application to"
          + " listen on another port.";

  @TempDir private Path directory;

  @AfterEach
  void asItWas() {
    System.clearProperty("inuse.executable");
  }

  private void executable(String... lines) throws IOException {
    Path script = directory.resolve("inuse");
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    System.setProperty("inuse.executable", script.toString());
  }

  private static RefusedBindFailureAnalyzer with(Map<String, Object> properties) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return new RefusedBindFailureAnalyzer(null, environment);
  }

  private FailureAnalysis analysis(Map<String, Object> properties) {
    return requireNonNull(with(properties).analyze(taken));
  }

  @Test
  void itIsAskedBeforeSpringBootsOwn() {
    FailureHandler lacksLibraries = (_, _, _) -> {};
    List<FailureAnalyzer> order =
        new ArrayList<>(
            SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, ArgumentResolver.none(), lacksLibraries));
    // As if our jar were the last of the class path.
    Collections.reverse(order);
    AnnotationAwareOrderComparator.sort(order);

    assertThat(order.stream().map(analyzer -> analyzer.getClass().getSimpleName()))
        .containsSubsequence("RefusedBindFailureAnalyzer", "PortInUseFailureAnalyzer");
  }

  @Test
  void editorsKnowItsProperties() throws IOException {
    String metadata;
    try (InputStream file =
        requireNonNull(
            getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
      metadata = new String(file.readAllBytes(), UTF_8);
    }

    assertThat(
            Pattern.compile("\"name\": \"(inuse[.][a-z-]+)\"")
                .matcher(metadata)
                .results()
                .map((MatchResult name) -> name.group(1)))
        .containsExactly(
            RefusedBindFailureAnalyzer.ENABLED, RefusedBindFailureAnalyzer.COMMAND_LINES);
  }

  @Test
  void anotherFailureIsLeftToOthers() throws IOException {
    executable("touch \"$0.asked\"");

    assertThat(with(Map.of()).analyze(new IllegalStateException(new IOException("x")))).isNull();
    assertThat(directory.resolve("inuse.asked")).doesNotExist();
  }

  @Test
  void aFailureThatIsItsOwnCauseEnds() {
    Throwable failure = new IllegalStateException("one");
    Throwable cause = new IllegalStateException("two", failure);
    failure.initCause(cause);

    assertThat(RefusedBind.isIn(failure)).isFalse();
  }

  @Test
  void whatDoesNotAnswerIsNotWaitedForAndIsEnded() throws IOException {
    executable("echo $$ >\"$0.pid\"", "exec tail -f /dev/null");

    FailureAnalysis analysis = analysis(Map.of());

    assertThat(analysis.getDescription())
        .isEqualTo(DESCRIPTION + "\nWhat holds it is not known: no answer within 3 s");
    assertThat(analysis.getAction()).isEqualTo(ACTION);
    long pid = Long.parseLong(Files.readString(directory.resolve("inuse.pid")).strip());
    ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
  }

  @Test
  void whatIsNotUnderstoodIsSaidBesideWhatSpringBootSays() throws IOException {
    executable("echo '{\"planted\": '");

    FailureAnalysis analysis = analysis(Map.of());

    assertThat(analysis.getDescription())
        .startsWith(DESCRIPTION + "\nWhat holds it is not known: ");
    assertThat(analysis.getDescription().lines()).hasSize(2);
    assertThat(analysis.getAction()).isEqualTo(ACTION);
    assertThat(analysis.getCause()).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({
    "unknown, '', What holds it is not known: whether 8080 is free is not known",
    "blocked, '{\"id\": \"unexplained\", \"severity\": \"critical\", \"summary\": \"no reason was"
        + " found\", \"holders\": [], \"remedies\": []}', 8080 is in use: no reason was found",
  })
  void whereThereIsNoWayOutSpringBootsOwnActionStays(String verdict, String cause, String line)
      throws IOException {
    executable(
        "echo '{\"schema\": \"inuse.diagnosis/1\", \"version\": \"0.1.0\", \"diagnoses\":"
            + " [{\"target\": {\"protocol\": \"tcp\", \"address\": \"*\", \"port\": 8080,"
            + " \"netns\": 1},\"verdict\": \""
            + verdict
            + "\", \"probes\": [], \"causes\": ["
            + cause
            + "],"
            + "\"notes\": [], \"not_looked_at\": []}]}'");

    FailureAnalysis analysis = analysis(Map.of());

    assertThat(analysis.getDescription()).isEqualTo(DESCRIPTION + "\n" + line);
    assertThat(analysis.getAction()).isEqualTo(ACTION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void theApplicationsAddressIsAskedAbout(String address) throws IOException {
    executable("echo \"$@\" >\"$0.asked\"");

    analysis(Map.of("server.port", "8080", "server.address", address));

    assertThat(directory.resolve("inuse.asked"))
        .content()
        .contains(address.contains(":") ? "[::1]:8080" : "127.0.0.1:8080");
  }

  @Test
  void theAddressOfItsOtherServerIsNot() throws IOException {
    executable("echo \"$@\" >\"$0.asked\"");

    analysis(Map.of("server.port", "9090", "server.address", "127.0.0.1"));

    assertThat(directory.resolve("inuse.asked")).content().doesNotContain("127.0.0.1");
  }

  @Test
  void aRefusedBindWithoutAPortIsAskedAboutWhereTheApplicationListens() throws IOException {
    executable("echo \"$@\" >>\"$0.asked\"");

    FailureAnalysis analysis =
        with(Map.of("management.server.port", "9091"))
            .analyze(new IllegalStateException(new BindException("Address already in use")));

    assertThat(analysis).as("its stack trace says more").isNull();
    assertThat(directory.resolve("inuse.asked")).content().contains("9091");
  }

  @Test
  void withoutAnEnvironmentItStillAnswers() {
    System.setProperty("inuse.executable", "/nonexistent/inuse");

    FailureAnalysis analysis =
        requireNonNull(new RefusedBindFailureAnalyzer(null, null).analyze(taken));

    assertThat(analysis.getDescription()).contains("/nonexistent/inuse");
  }
}

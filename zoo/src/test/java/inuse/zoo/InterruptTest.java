package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever interrupts {@code inuse free} is told what was done, and what was not. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class InterruptTest extends Scenarios {
  InterruptTest(Way way) {
    super(way);
  }

  private Running deaf() {
    return lab.hold("socket s tcp4", "bind s 0.0.0.0 8080", "listen s", "ignore term");
  }

  /** Frees for a long time; what is ignored where the tests run is not ignored here. */
  private Running freeing(String... targets) {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,TERM"));
    command.addAll(lab.way().command());
    command.addAll(List.of("free", "--yes", "--grace", "60s", "-v"));
    command.addAll(List.of(targets));
    return lab.startForeign(command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void itSaysWhatWasDoneAndKillsNobodyAnyMore(String signal) {
    Running server = deaf();
    Running other = lab.listener(8081);
    Running freeing = freeing("8080", "8081");
    freeing.awaitLine("  plan");
    freeing.signal(signal);

    freeing.awaitLine("8080 is still held");
    assertThat(freeing.awaitLine("  why")).startsWith("interrupted");
    freeing.awaitLine("8081 is still held");
    assertThat(freeing.awaitExit()).isEqualTo(1);
    assertThat(List.of(server, other)).allMatch(Running::isAlive);
  }

  @Test
  void whoeverStopsReadingIsToldOnStandardError() {
    Running server = lab.listener(8080);

    Output output = lab.question("8080").withClosedStdout().run("free", "--yes", "--settle", "0s");

    assertThat(output.standardError()).contains("plan   SIGTERM to hold (pid " + server.pid());
    if (lab.way() == Way.EXECUTABLE) {
      assertThat(output.standardError()).contains("interrupted before anything was done");
      assertThat(output.exitCode()).as("%s", output).isEqualTo(1);
      assertThat(server.isAlive()).isTrue();
    } else {
      // A JVM has SIGPIPE ignored, and goes on.
      assertThat(output.standardError()).contains("8080 is free again");
      assertThat(output.exitCode()).as("%s", output).isZero();
    }
  }
}

package inuse.run.remote;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.kernel.abi.Constants;
import inuse.run.RunHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call whose ssh does not go on. */
final class RemoteCallTest {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofHours(1);

  private final RunHost host = new RunHost();

  private RemoteCall begun(String said, boolean patient) {
    host.kernel.program(
        "/usr/bin/ssh", line -> said.isEmpty() ? Optional.empty() : Optional.of(said + "\n"));
    RemoteHost there = new RemoteHost("web-1");
    return RemoteCall.begin(
            host.machine, there, List.of("ssh", "web-1"), List.of(), "1", List.of(), patient)
        .orElseThrow();
  }

  private long seconds() {
    return host.kernel.clockNanos(Constants.CLOCK_MONOTONIC) / RunHost.SECOND;
  }

  @ParameterizedTest
  @CsvSource({
    "'', false, no answer within 20 s, 20",
    "'', true, no answer within 20 s, 20",
    "inuse-remote: take, false, the transfer has not gone on for 90 s, 90",
    "inuse-remote: take, true, the transfer has not gone on for 90 s, 90",
    "inuse-remote: ready, false, no answer within 90 s, 90",
  })
  void whatDoesNotGoOnIsGivenUp(String said, boolean patient, String why, int after) {
    long begun = seconds();
    try (RemoteCall call = begun(said, patient)) {
      while (call.state() != RemoteCall.State.OVER && seconds() - begun < LONG.toSeconds()) {
        RemoteCall.goOn(host.machine, List.of(call), LOOK);
      }
      assertThat(call.answer().problem()).contains(why);
      assertThat(seconds() - begun).isBetween(after + 0L, after + 3L);
    }
  }

  @ParameterizedTest
  @CsvSource("inuse-remote: ready, true")
  void anAnswerThatMayTakeItsTimeDoes(String said, boolean patient) {
    long begun = seconds();
    try (RemoteCall call = begun(said, patient)) {
      while (seconds() - begun < LONG.toSeconds()) {
        RemoteCall.goOn(host.machine, List.of(call), LOOK);
      }
      assertThat(call.state()).isEqualTo(RemoteCall.State.ANSWERING);
    }
  }
}

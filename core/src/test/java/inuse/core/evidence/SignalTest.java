package inuse.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals by their names, as {@code kill -l} has them. */
final class SignalTest {
  @ParameterizedTest
  @CsvSource({
    "1, SIGHUP",
    "2, SIGINT",
    "9, SIGKILL",
    "10, SIGUSR1",
    "15, SIGTERM",
    "17, SIGCHLD",
    "18, SIGCONT",
    "19, SIGSTOP",
    "31, SIGSYS",
    "32, signal 32",
    "64, signal 64",
    "0, signal 0",
  })
  void aNumberHasAName(int number, String name) {
    assertThat(new Signal(number).name()).isEqualTo(name);
  }

  @Test
  void everyNameIsReadAsWhatItNames() {
    for (int number = 1; number <= 31; number++) {
      String name = new Signal(number).name();

      assertThat(Signal.parse(name)).hasValue(new Signal(number));
      assertThat(Signal.parse(name.substring(3))).hasValue(new Signal(number));
      assertThat(Signal.parse(Integer.toString(number))).hasValue(new Signal(number));
    }
  }
}

package inuse.core.fix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals by their names, as {@code kill -l} has them. */
final class SignalNameTest {
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
    assertThat(SignalName.of(number)).isEqualTo(name);
  }

  @Test
  void everyNameIsReadAsWhatItNames() {
    for (int number = 1; number <= 31; number++) {
      String name = SignalName.of(number);

      assertThat(SignalName.parse(name)).hasValue(number);
      assertThat(SignalName.parse(name.substring(3))).hasValue(number);
      assertThat(SignalName.parse(Integer.toString(number))).hasValue(number);
    }
  }
}

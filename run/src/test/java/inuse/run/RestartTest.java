package inuse.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RestartTest {
  @ParameterizedTest
  @CsvSource({
    "NEVER,      0,   false",
    "NEVER,      1,   false",
    "ON_FAILURE, 0,   false",
    "ON_FAILURE, 1,   true",
    "ON_FAILURE, 143, true",
    "ALWAYS,     0,   true",
    "ALWAYS,     1,   true"
  })
  void aProgramIsStartedAgainAfterTheEndsThatWereNamed(Restart restart, int status, boolean again) {
    assertThat(restart.isAfter(status)).isEqualTo(again);
  }
}

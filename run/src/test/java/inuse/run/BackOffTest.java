package inuse.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackOffTest {
  private static final long SHORT = Duration.ofMillis(1).toNanos();

  private final BackOff backOff = new BackOff();

  @Test
  void theFirstRestartIsAtOnce() {
    assertThat(backOff.after(SHORT)).isZero();
  }

  @Test
  void thePauseDoublesUpToTenSeconds() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      pauses.add(backOff.after(SHORT).toMillis());
    }
    assertThat(pauses)
        .containsExactly(0L, 100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
  }

  @Test
  void aRunOfTenSecondsResetsThePause() {
    for (int i = 0; i < 5; i++) {
      backOff.after(SHORT);
    }
    assertThat(backOff.after(Duration.ofSeconds(10).toNanos())).isZero();
    assertThat(backOff.after(SHORT)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void aRunOfNearlyTenSecondsDoesNot() {
    backOff.after(SHORT);
    assertThat(backOff.after(Duration.ofSeconds(10).toNanos() - 1))
        .isEqualTo(Duration.ofMillis(100));
  }
}

package inuse.run.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ReadinessTest {
  private static final long START = 1_000_000;

  private static Readiness started(Readiness readiness, boolean watched) {
    readiness.started(START, watched);
    return readiness;
  }

  private static Readiness usual() {
    return new Readiness(OptionalInt.empty(), Optional.empty());
  }

  @Test
  void aProgramIsReadyWhenItListensForTheFirstTime() {
    Readiness readiness = started(usual(), true);
    assertThat(readiness.isReady(START)).isFalse();
    assertThat(readiness.nanosUntil(START)).isEqualTo(Long.MAX_VALUE);
    readiness.listened(8080);
    assertThat(readiness.isReady(START)).isTrue();
  }

  @Test
  void orWhenItIsStartedWhereItsCallsAreNotLookedAt() {
    assertThat(started(usual(), false).isReady(START)).isTrue();
  }

  @Test
  void aPortThatWasNamedIsTheOneThatCounts() {
    Readiness readiness = started(new Readiness(OptionalInt.of(8080), Optional.empty()), true);
    readiness.listened(8081);
    assertThat(readiness.isReady(START)).isFalse();
    readiness.listened(8080);
    assertThat(readiness.isReady(START)).isTrue();
  }

  @Test
  void aTimeThatWasNamedCountsWhateverTheProgramDoes() {
    Readiness readiness =
        started(new Readiness(OptionalInt.empty(), Optional.of(Duration.ofNanos(50))), true);
    readiness.listened(8080);
    assertThat(readiness.nanosUntil(START + 20)).isEqualTo(30);
    assertThat(readiness.isReady(START + 49)).isFalse();
    assertThat(readiness.isReady(START + 50)).isTrue();
  }

  @Test
  void anotherRunIsNotReadyBecauseTheFormerWas() {
    Readiness readiness = started(usual(), true);
    readiness.listened(8080);
    readiness.started(START + 100, true);
    assertThat(readiness.isReady(START + 100)).isFalse();
  }

  @Test
  void onlyWithoutWordsOfTheUserIsItTheDefault() {
    assertThat(usual().isDefault()).isTrue();
    assertThat(new Readiness(OptionalInt.of(1), Optional.empty()).isDefault()).isFalse();
    assertThat(new Readiness(OptionalInt.empty(), Optional.of(Duration.ZERO)).isDefault())
        .isFalse();
  }
}

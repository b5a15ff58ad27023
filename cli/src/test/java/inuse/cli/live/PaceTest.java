package inuse.cli.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When to look: soon after something happened, and never much of the time. */
final class PaceTest {
  private Duration now = Duration.ofSeconds(1000);

  private void after(long millis) {
    now = now.plusMillis(millis);
  }

  private void look(Pace pace, long millis) {
    Duration from = now;
    after(millis);
    pace.looked(from, now);
  }

  private void peek(Pace pace, long millis) {
    Duration from = now;
    after(millis);
    pace.peeked(from, now);
  }

  @Test
  void theFirstLookIsDueAtOnce() {
    assertThat(new Pace(true).isLookDue(now)).isTrue();
    assertThat(new Pace(true).pause(now)).isZero();
  }

  @Test
  void onAQuietHostAPeekIsDueEachSecondAndALookEachFive() {
    Pace pace = new Pace(true);
    look(pace, 5);
    peek(pace, 1);

    assertThat(pace.isPeekDue(now)).isFalse();
    after(999);
    assertThat(pace.isPeekDue(now)).isFalse();
    after(1);
    assertThat(pace.isPeekDue(now)).isTrue();
    assertThat(pace.isLookDue(now)).isFalse();
    after(3_998);
    assertThat(pace.isLookDue(now)).isFalse();
    after(1);
    assertThat(pace.isLookDue(now)).isTrue();
  }

  @Test
  void whatWasToldIsLookedAtOnceUnlessALookWasJustOver() {
    Pace pace = new Pace(true);
    look(pace, 5);
    assertThat(pace.listens(now)).isFalse();
    after(250);
    assertThat(pace.listens(now)).isTrue();
    pace.wants();
    assertThat(pace.isLookDue(now)).isTrue();

    look(pace, 5);
    pace.wants();
    assertThat(pace.isLookDue(now)).isFalse();
    assertThat(pace.listens(now)).isFalse();
    assertThat(pace.pause(now)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void looksTakeATenthOfTheTimeAtMost() {
    Pace pace = new Pace(true);
    for (int i = 0; i < 4; i++) {
      look(pace, 800 + i);
    }
    pace.wants();
    after(7_999);
    assertThat(pace.isLookDue(now)).isFalse();
    after(1);
    assertThat(pace.isLookDue(now)).isTrue();

    Pace peeking = new Pace(true);
    look(peeking, 5);
    for (int i = 0; i < 4; i++) {
      peek(peeking, 200);
    }
    after(1_999);
    assertThat(peeking.isPeekDue(now)).isFalse();
    after(1);
    assertThat(peeking.isPeekDue(now)).isTrue();
  }

  @Test
  void whatIsSlowOnlySometimesIsNotSlow() {
    Pace pace = new Pace(true);
    for (int millis : new int[] {3_000, 2_000, 1_000, 5, 3_000, 3_000, 3_000}) {
      look(pace, millis);
      pace.wants();
      after(250);
      assertThat(pace.isLookDue(now)).isTrue();
    }
    look(pace, 3_000);
    pace.wants();
    after(250);
    assertThat(pace.isLookDue(now)).isFalse();
  }

  @Test
  void whereAPeekDoesNotSeeAllThereIsALookEachSecond() {
    Pace pace = new Pace(false);
    look(pace, 5);
    assertThat(pace.isPeekDue(now.plusSeconds(9))).isFalse();
    assertThat(pace.pause(now)).isEqualTo(Duration.ofMillis(250));
    after(999);
    assertThat(pace.isLookDue(now)).isFalse();
    assertThat(pace.pause(now)).isEqualTo(Duration.ofMillis(1));
    after(1);
    assertThat(pace.isLookDue(now)).isTrue();
  }
}

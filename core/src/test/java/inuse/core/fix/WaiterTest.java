package inuse.core.fix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long is waited, and for what. */
final class WaiterTest {
  private final World world = new World();
  private final List<Optional<Duration>> told = new ArrayList<>();

  private Waiter.End until(long deadline) {
    return new Waiter(world, world, fading -> told.add(fading.last())).until(deadline);
  }

  @Test
  void whatIsFreeIsNotWaitedFor() {
    assertThat(until(0)).isEqualTo(Waiter.End.FREE);
    assertThat(world.log).isEmpty();
  }

  @Test
  void newsWakesItUp() {
    world.obedient(10, 100).in(700, () -> world.ends(10));

    assertThat(until(Long.MAX_VALUE)).isEqualTo(Waiter.End.FREE);
    assertThat(world.now).isEqualTo(700);
  }

  @Test
  void aTimerIsWaitedForToItsEndAndNotMuchLonger() {
    world.timeWait = Optional.of(Duration.ofMillis(1234));

    assertThat(until(Long.MAX_VALUE)).isEqualTo(Waiter.End.FREE);
    assertThat(world.now).isBetween(1234L, 1254L);
    assertThat(world.log).as("looks").hasSizeLessThan(8);
    assertThat(told.getFirst()).contains(Duration.ofMillis(1234));
  }

  @Test
  void theTimeMayBeOver() {
    world.stubborn(10, 100);

    assertThat(until(1200)).isEqualTo(Waiter.End.TIME_IS_OVER);
    assertThat(world.now).isEqualTo(1200);
  }

  @Test
  void itCanBeInterrupted() {
    world.stubborn(10, 100);
    world.interrupt = true;

    assertThat(until(1200)).isEqualTo(Waiter.End.INTERRUPTED);
    assertThat(world.now).isZero();
  }
}

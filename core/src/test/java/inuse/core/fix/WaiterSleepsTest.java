package inuse.core.fix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a wait looks, and how it ends. */
final class WaiterSleepsTest {
  private final FakeWorld world = new FakeWorld();
  private final List<AddressMonitor.Expiry> told = new ArrayList<>();
  private final long began = world.nowMillis();

  private Waiter.End await(long most) {
    return new Waiter(world, world, told::add).until(began + most);
  }

  private long passed() {
    return world.nowMillis() - began;
  }

  @Test
  void whatIsFreeIsNotWaitedFor() {
    assertThat(await(1000)).isEqualTo(Waiter.End.FREE);
    assertThat(world.awaits).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void whatIsFreeIsFreeEvenWithoutTime() {
    assertThat(await(0)).isEqualTo(Waiter.End.FREE);
  }

  @Test
  void newsEndTheWaitAtOnce() {
    world.listens(100, 10).in(123, () -> world.exit(10));

    assertThat(await(60_000)).isEqualTo(Waiter.End.FREE);
    assertThat(passed()).isEqualTo(123);
    assertThat(world.awaits).containsExactly(500L);
  }

  @Test
  void newsThatChangeNothingDoNot() {
    world.listens(100, 10).listens(200, 10).in(100, () -> world.close(200));
    world.in(300, () -> world.close(100));

    assertThat(await(60_000)).isEqualTo(Waiter.End.FREE);
    assertThat(passed()).isEqualTo(300);
  }

  @Test
  void withoutNewsItIsLookedAtNowAndThen() {
    world.listens(100, 10);

    assertThat(await(60_000)).isEqualTo(Waiter.End.TIME_IS_OVER);
    assertThat(world.awaits).hasSize(120).containsOnly(500L);
  }

  /** On a busy port, and where binds of our own end. */
  @Test
  void newsWithoutEndDoNotKeepItBusy() {
    world.listens(100, 10);
    for (int at = 1; at < 10_000; at++) {
      world.in(at, () -> world.close(999));
    }

    assertThat(await(10_000)).isEqualTo(Waiter.End.TIME_IS_OVER);
    assertThat(world.looks).isLessThan(60);
  }

  @Test
  void afterMuchNewsItIsNoticedWithinAMomentAllTheSame() {
    world.listens(100, 10);
    for (int at = 1; at < 1000; at++) {
      world.in(at, () -> world.close(999));
    }
    world.in(1000, () -> world.close(100));

    assertThat(await(10_000)).isEqualTo(Waiter.End.FREE);
    assertThat(passed()).isLessThan(1250);
  }

  @Test
  void onlyWhileNobodyHasItIsItWaitedForWhatGoesByItself() {
    world.listens(100, 10).remains = true;
    world.in(700, () -> world.remains = false);

    assertThat(new Waiter(world, world, told::add).whileNobodyHasIt(began + 60_000))
        .isEqualTo(Waiter.End.TAKEN);
    assertThat(passed()).isEqualTo(1000);
  }

  @Test
  void aTimerIsSleptUntilAndThenLookedAtInSmallSteps() {
    world.listens(100, 10).untilNext = Optional.of(Duration.ofMillis(80));
    world.in(80, () -> world.untilNext = Optional.of(Duration.ZERO));
    world.in(100, () -> world.close(100));

    assertThat(await(60_000)).isEqualTo(Waiter.End.FREE);
    assertThat(world.awaits).containsExactly(80L, 15L, 15L);
    assertThat(passed()).isEqualTo(100);
  }

  @Test
  void theDeadlineCutsTheLastSleepShort() {
    world.listens(100, 10);

    assertThat(await(700)).isEqualTo(Waiter.End.TIME_IS_OVER);
    assertThat(world.awaits).containsExactly(500L, 200L);
    assertThat(passed()).isEqualTo(700);
  }

  @Test
  void withoutADeadlineItIsWaitedForAsLongAsItTakes() {
    world.listens(100, 10).in(400_000_000, () -> world.exit(10));

    assertThat(new Waiter(world, world, Waiter.Progress.SILENT).until(Long.MAX_VALUE))
        .isEqualTo(Waiter.End.FREE);
    assertThat(passed()).isEqualTo(400_000_000);
  }

  @Test
  void anInterruptionEndsIt() {
    world.listens(100, 10).in(40, world::interrupt);

    assertThat(await(60_000)).isEqualTo(Waiter.End.INTERRUPTED);
    assertThat(passed()).isEqualTo(40);
  }

  @Test
  void whatTimeWillDoIsToldBeforeEachSleep() {
    world.listens(100, 10).untilNext = Optional.of(Duration.ofMillis(300));

    await(700);
    assertThat(told)
        .hasSize(world.awaits.size())
        .allSatisfy(one -> assertThat(one.state()).isEqualTo("TIME_WAIT"));
  }
}

package inuse.record;

import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.events.Event;
import inuse.kernel.fake.FakeKernel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times of events, while clocks are set and machines sleep. */
final class RecordClockTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600 * SECOND;

  private final FakeKernel kernel = at(1_000_000, 5_000, 4_000);
  private final RecordClock clock = new RecordClock(kernel);

  private static FakeKernel at(long wall, long boot, long awake) {
    return set(new FakeKernel(), wall, boot, awake);
  }

  private static FakeKernel set(FakeKernel kernel, long wall, long boot, long awake) {
    return kernel
        .clock(CLOCK_REALTIME, wall * SECOND)
        .clock(CLOCK_BOOTTIME, boot * SECOND)
        .clock(CLOCK_MONOTONIC, awake * SECOND);
  }

  @Test
  void whatHappenedAMomentAgoHasTheTimeOfThatMoment() {
    assertThat(clock.stamp(4_990 * SECOND).time().epochMillis()).isEqualTo(999_990_000L);
  }

  @Test
  void timeThatPassesIsNothingToTell() {
    set(kernel, 1_000_010, 5_010, 4_010);

    assertThat(clock.look()).isEmpty();
  }

  @Test
  void aClockThatIsSetBackAnHourIsToldAndTheOrderStays() {
    long before = clock.now().nanos();
    set(kernel, 1_000_010 - HOUR / SECOND, 5_010, 4_010);

    List<Event> told = clock.look();

    assertThat(told).singleElement().isInstanceOf(Event.Gap.class);
    Event.Gap gap = (Event.Gap) told.getFirst();
    assertThat(gap.loss()).isEqualTo(Event.Loss.CLOCK);
    assertThat(gap.since().orElseThrow().epochMillis()).isEqualTo(1_000_010_000L);
    assertThat(gap.stamp().time().epochMillis()).isEqualTo(1_000_010_000L - 3_600_000);
    assertThat(gap.stamp().nanos()).isGreaterThan(before);
    assertThat(clock.look()).isEmpty();
  }

  @Test
  void aMachineThatSleptIsTold() {
    set(kernel, 1_000_100, 5_100, 4_010);

    List<Event> told = clock.look();

    assertThat(told).singleElement().isInstanceOf(Event.Gap.class);
    Event.Gap gap = (Event.Gap) told.getFirst();
    assertThat(gap.loss()).isEqualTo(Event.Loss.SUSPENDED);
    assertThat(gap.since().orElseThrow().epochMillis()).isEqualTo(1_000_010_000L);
  }
}

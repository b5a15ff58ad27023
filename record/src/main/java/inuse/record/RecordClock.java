package inuse.record;

import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;

import inuse.core.events.Event;
import inuse.core.events.Stamp;
import inuse.core.evidence.Moment;
import inuse.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes times of the clock that only goes on (CLOCK_BOOTTIME), and notices when the clock on the
 * wall is set, or the machine has slept.
 */
final class RecordClock {
  private static final long MILLI = 1_000_000;

  /** What is a step; a clock that is slewed moves by less from one look to the next. */
  private static final long STEP = 1_000 * MILLI;

  private final SystemCalls calls;
  private long wall;
  private long sleep;

  RecordClock(SystemCalls calls) {
    this.calls = calls;
    wall = wall();
    sleep = sleep();
  }

  /** How far the clock on the wall is ahead of the time since boot. */
  private long wall() {
    return calls.clockNanos(CLOCK_REALTIME) - nanos();
  }

  /** How long the machine has slept since it booted. */
  private long sleep() {
    return nanos() - calls.clockNanos(CLOCK_MONOTONIC);
  }

  /** CLOCK_BOOTTIME in nanoseconds. */
  long nanos() {
    return calls.clockNanos(CLOCK_BOOTTIME);
  }

  /** The time of something that happened a moment ago. */
  Stamp stamp(long nanos) {
    return new Stamp(new Moment((wall + nanos) / MILLI), nanos);
  }

  Stamp now() {
    return stamp(nanos());
  }

  /** Looks at the clocks; what is to be told of them. */
  List<Event> look() {
    List<Event> told = new ArrayList<>();
    long nanos = nanos();
    long sleeping = sleep();
    if (sleeping - sleep > STEP) {
      Moment since = stamp(nanos - (sleeping - sleep)).time();
      told.add(
          new Event.Gap(stamp(nanos), Event.Loss.SUSPENDED, Optional.empty(), Optional.of(since)));
    }
    sleep = sleeping;
    long ahead = wall();
    boolean isSet = Math.abs(ahead - wall) > STEP;
    Moment before = stamp(nanos).time();
    wall = ahead;
    if (isSet) {
      told.add(
          new Event.Gap(stamp(nanos), Event.Loss.CLOCK, Optional.empty(), Optional.of(before)));
    }
    return told;
  }
}

package inuse.kernel.fake;

import static inuse.kernel.abi.Constants.CLOCK_BOOTTIME;
import static inuse.kernel.abi.Constants.CLOCK_MONOTONIC;
import static inuse.kernel.abi.Constants.CLOCK_REALTIME;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** A clock that advances only during waits, and the events that are due meanwhile. */
final class FakeClock {
  private static final int EINTR = 4;
  private static final int EINVAL = 22;

  /** A loop that waits for what no test has prepared would never end. */
  private static final int MAX_IDLE_WAITS = 10_000;

  private final Map<Integer, Long> clocks = new HashMap<>();
  private final List<Later> later = new ArrayList<>();
  private int interruptions;
  private int idle;

  private record Later(long atNanos, Runnable action) {}

  /** That of a host that booted a thousand seconds ago. */
  FakeClock() {
    clocks.put(CLOCK_MONOTONIC, 1_000_000_000_000L);
    clocks.put(CLOCK_BOOTTIME, 1_000_000_000_000L);
    clocks.put(CLOCK_REALTIME, 1_800_000_000_000_000_000L);
  }

  void set(int clock, long nanos) {
    clocks.put(clock, nanos);
  }

  long nanos(int clock) {
    return clocks.getOrDefault(clock, (long) -EINVAL);
  }

  void advance(long nanos) {
    clocks.replaceAll((clock, now) -> now + nanos);
  }

  void later(long nanos, Runnable action) {
    later.add(new Later(nanos(CLOCK_MONOTONIC) + nanos, action));
  }

  void interrupt(int times) {
    interruptions = times;
  }

  /**
   * ppoll(2).
   *
   * @param look how much is ready
   */
  int await(long timeoutNanos, IntSupplier look) {
    if (timeoutNanos < 0) {
      throw new AssertionError("a wait of " + timeoutNanos + " ns");
    }
    long end = nanos(CLOCK_MONOTONIC) + timeoutNanos;
    while (true) {
      int count = look.getAsInt();
      if (count > 0) {
        return count;
      }
      if (interruptions > 0) {
        interruptions--;
        return -EINTR;
      }
      Optional<Later> next =
          later.stream()
              .filter(one -> one.atNanos <= end)
              .min(Comparator.comparingLong(Later::atNanos));
      long until = next.map(Later::atNanos).orElse(end);
      advance(Math.max(0, until - nanos(CLOCK_MONOTONIC)));
      if (next.isEmpty()) {
        return idle();
      }
      later.remove(next.get());
      next.get().action.run();
    }
  }

  private int idle() {
    if (++idle > MAX_IDLE_WAITS) {
      throw new AssertionError("waits for ever");
    }
    return 0;
  }
}

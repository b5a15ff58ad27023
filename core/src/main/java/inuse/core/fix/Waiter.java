package inuse.core.fix;

import java.time.Duration;
import java.util.Optional;

/**
 * Waits until an address can be bound: on notifications of destroyed sockets and ended processes,
 * and by polling for timers, which are not reported.
 */
public final class Waiter {
  /** Interval of binds once a timer has expired: the kernel's timers are coarse. */
  private static final Duration SLACK = Duration.ofMillis(15);

  private final Effects effects;
  private final AddressMonitor monitor;
  private final Progress progress;

  /** Progress callback. */
  public interface Progress {
    /** Ignores all progress. */
    Progress SILENT = fading -> {};

    /** Called when something may have changed, or a second has passed. */
    void tell(AddressMonitor.Expiry fading);
  }

  /** How a wait ended. */
  public enum End {
    FREE,
    TIME_IS_OVER,
    INTERRUPTED
  }

  public Waiter(Effects effects, AddressMonitor monitor, Progress progress) {
    this.effects = effects;
    this.monitor = monitor;
    this.progress = progress;
  }

  /**
   * Waits.
   *
   * @param deadline in {@link Effects#nowMillis}
   */
  public End until(long deadline) {
    while (true) {
      if (monitor.proof().isFree()) {
        return End.FREE;
      }
      long left = deadline - effects.nowMillis();
      if (left <= 0) {
        return End.TIME_IS_OVER;
      }
      AddressMonitor.Expiry fading = monitor.expiry();
      progress.tell(fading);
      long pause = Math.min(left, pause(fading.next()));
      if (effects.await(Duration.ofMillis(pause)) == Effects.Event.INTERRUPTED) {
        return End.INTERRUPTED;
      }
    }
  }

  private long pause(Optional<Duration> next) {
    long timer = next.map(Duration::toMillis).orElse(Long.MAX_VALUE);
    return Math.min(Math.max(timer, SLACK.toMillis()), monitor.pollInterval().toMillis());
  }
}

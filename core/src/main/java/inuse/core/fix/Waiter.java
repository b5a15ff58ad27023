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

  /**
   * The longest pause after news that changed nothing: on a busy port each connection that ends is
   * news, and the end of a bind of our own may be.
   */
  private static final Duration MAX_QUIET = Duration.ofMillis(240);

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
    /** Somebody has it; only of {@link #whileNobodyHasIt}. */
    TAKEN,
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
    return until(deadline, false);
  }

  /**
   * Waits while only what the kernel drops by itself is in the way.
   *
   * @param deadline in {@link Effects#nowMillis}
   */
  public End whileNobodyHasIt(long deadline) {
    return until(deadline, true);
  }

  private End until(long deadline, boolean byItself) {
    long quiet = 0;
    while (true) {
      if (monitor.proof().isFree()) {
        return End.FREE;
      }
      if (byItself && monitor.isTaken()) {
        return End.TAKEN;
      }
      long left = deadline - effects.nowMillis();
      if (left <= 0) {
        return End.TIME_IS_OVER;
      }
      AddressMonitor.Expiry fading = monitor.expiry();
      progress.tell(fading);
      long pause = Math.min(left, pause(fading.next()));
      Effects.Event event =
          quiet == 0 ? effects.await(Duration.ofMillis(pause)) : quietly(quiet, pause);
      switch (event) {
        case INTERRUPTED -> {
          return End.INTERRUPTED;
        }
        case CHANGED -> quiet = Math.min(MAX_QUIET.toMillis(), Math.max(1, quiet * 2));
        case TIME_IS_OVER -> quiet = 0;
      }
    }
  }

  /** Waits as usual, but lets the first part of the time pass whatever is told meanwhile. */
  private Effects.Event quietly(long quiet, long pause) {
    long end = effects.nowMillis() + Math.min(quiet, pause);
    boolean changed = false;
    while (effects.nowMillis() < end) {
      switch (effects.await(Duration.ofMillis(end - effects.nowMillis()))) {
        case INTERRUPTED -> {
          return Effects.Event.INTERRUPTED;
        }
        case CHANGED -> changed = true;
        case TIME_IS_OVER -> {}
      }
    }
    return changed
        ? Effects.Event.CHANGED
        : effects.await(Duration.ofMillis(Math.max(0, pause - quiet)));
  }

  private long pause(Optional<Duration> next) {
    long timer = next.map(Duration::toMillis).orElse(Long.MAX_VALUE);
    return Math.min(Math.max(timer, SLACK.toMillis()), monitor.pollInterval().toMillis());
  }
}

package inuse.run.handover;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** When a program is ready. */
public final class Readiness {
  private final OptionalInt port;
  private final Optional<Duration> after;
  private long startedAt;
  private boolean ready;

  /**
   * Ready after the first listen(2), unless one of these is given; ready at its start, where its
   * system calls are not intercepted.
   *
   * @param port on which it has to listen
   * @param after time since its start, regardless of its listeners
   */
  public Readiness(OptionalInt port, Optional<Duration> after) {
    this.port = port;
    this.after = after;
  }

  boolean isDefault() {
    return port.isEmpty() && after.isEmpty();
  }

  public void started(long now, boolean watched) {
    startedAt = now;
    ready = isDefault() && !watched;
  }

  public void listened(int at) {
    ready |= after.isEmpty() && (port.isEmpty() || port.getAsInt() == at);
  }

  public boolean isReady(long now) {
    return nanosUntil(now) <= 0;
  }

  /** Nanoseconds until it is ready; Long.MAX_VALUE where it depends on the program. */
  public long nanosUntil(long now) {
    if (ready) {
      return 0;
    }
    return after.map(time -> startedAt + time.toNanos() - now).orElse(Long.MAX_VALUE);
  }
}

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
   * When it has listened for the first time, unless one of these is said; when it has been started,
   * where its system calls are not looked at.
   *
   * @param port on which it has to listen
   * @param after that time since its start, whatever it does
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

  /** Long.MAX_VALUE where the program has to do something first. */
  public long nanosUntil(long now) {
    if (ready) {
      return 0;
    }
    return after.map(time -> startedAt + time.toNanos() - now).orElse(Long.MAX_VALUE);
  }
}

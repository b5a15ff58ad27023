package inuse.planted.core.explain;

import java.time.Instant;

final class ReadsClock {
  private ReadsClock() {}

  static Instant time() {
    return Instant.now();
  }
}

package inuse.planted.core.tune;

import java.time.Instant;

final class ReadsClock {
  private ReadsClock() {}

  static Instant now() {
    return Instant.now();
  }
}

package inuse.core.events;

import inuse.core.evidence.CivilTime;
import inuse.core.evidence.Moment;
import java.util.Optional;

/** Reads times as this project writes them: RFC 3339 in UTC. */
final class Rfc3339 {
  private Rfc3339() {}

  /** For example {@code 2026-11-29T03:12:04.123Z}. */
  static Optional<Moment> parse(String text) {
    return text.endsWith("Z")
        ? CivilTime.parse(text.substring(0, text.length() - 1)).map(CivilTime::moment)
        : Optional.empty();
  }
}

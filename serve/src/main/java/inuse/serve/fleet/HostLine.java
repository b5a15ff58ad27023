package inuse.serve.fleet;

import inuse.core.events.History;
import inuse.core.events.HistoryEntry;
import inuse.core.evidence.Moment;
import inuse.core.evidence.Untrusted;
import inuse.core.io.JsonValue;
import java.util.Optional;

/**
 * What is known of one host after a question.
 *
 * @param silentSince when it was last there, where it did not answer
 * @param isSilent whether it did not answer
 * @param ahead by how much its clock is ahead, in milliseconds; 0 for a few seconds
 * @param problem why there is no document
 * @param document what it said, or what it had told the server
 * @param history the same as entries, where the past was asked for
 */
record HostLine(
    HostName host,
    boolean isSilent,
    Optional<Moment> silentSince,
    long ahead,
    Optional<Untrusted> problem,
    Optional<JsonValue> document,
    Optional<History.Answer> history) {
  /** In use; found. */
  static final int YES = 0;

  /** Free; not found. */
  static final int NO = 1;

  /** Not known. */
  static final int UNKNOWN = 3;

  /** The exit status that inuse would have had there. */
  int status() {
    if (history.isPresent()) {
      boolean found =
          history.get().entries().stream().anyMatch(one -> !(one instanceof HistoryEntry.Missing));
      return found ? YES : isSilent || !history.get().recorded() ? UNKNOWN : NO;
    }
    if (isSilent || problem.isPresent() || document.isEmpty()) {
      return UNKNOWN;
    }
    int status = NO;
    for (JsonValue diagnosis : document.get().at("diagnoses").items()) {
      switch (diagnosis.at("verdict").text().orElse("")) {
        case "free" -> {}
        case "blocked", "free-with-reuseaddr", "denied", "not-local" -> {
          return YES;
        }
        default -> status = UNKNOWN;
      }
    }
    return status;
  }
}

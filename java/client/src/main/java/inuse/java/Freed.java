package inuse.java;

/**
 * What came of {@link Inuse#free}.
 *
 * @param outcome {@code already-free}, {@code freed}, {@code forced} (by SIGKILL), {@code
 *     respawned}, {@code still-held}, {@code refused} (for safety), {@code denied} (not permitted),
 *     {@code declined} (no consent) or {@code timed-out}; a newer executable may have further ones
 * @param message why, where it is not free; else empty
 */
public record Freed(String outcome, String message) {
  /** Whether the address can be bound now, proved by a bind. */
  public boolean isFree() {
    return outcome.equals("already-free") || outcome.equals("freed") || outcome.equals("forced");
  }
}

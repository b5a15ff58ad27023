package inuse.core.tune;

import inuse.core.evidence.Phrase;
import java.util.List;
import java.util.Optional;

/**
 * The result of changing settings, or of undoing that.
 *
 * @param writes the changes, each read back
 * @param failure the first failure
 */
public record TuneOutcome(
    Result result,
    List<TunePlan.Write> writes,
    Optional<Phrase> message,
    Optional<TuneEffects.Failure> failure) {
  public TuneOutcome {
    writes = List.copyOf(writes);
  }

  /** How it ended; the word is part of the answer. */
  public enum Result {
    /** Nothing was to be done. */
    NOTHING("nothing"),
    /** Planned, not done. */
    PLANNED("planned"),
    /** Done, and read back. */
    DONE("done"),
    /** Everything is as it was before. */
    UNDONE("undone"),
    /** It is not done, nor done in part. */
    NOT_DONE("not-done"),
    /** The same, because it is not permitted to this user, or the disk cannot be written. */
    DENIED("denied"),
    /** A rule forbids it. */
    REFUSED("refused");

    private final String word;

    Result(String word) {
      this.word = word;
    }

    /** The word for programs. */
    public String word() {
      return word;
    }
  }

  static TuneOutcome of(Result result, String message) {
    return new TuneOutcome(result, List.of(), Optional.of(Phrase.of(message)), Optional.empty());
  }
}

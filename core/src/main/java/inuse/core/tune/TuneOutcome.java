package inuse.core.tune;

import inuse.core.evidence.Phrase;
import java.util.List;
import java.util.Optional;

/**
 * What came of changing settings, or of taking that back.
 *
 * @param writes what was changed, each read back
 * @param failure what went wrong first
 */
public record TuneOutcome(
    Result result,
    List<TunePlan.Write> writes,
    Optional<Phrase> message,
    Optional<TuneEffects.Failure> failure) {
  public TuneOutcome {
    writes = List.copyOf(writes);
  }

  /** How it ended; the word stands in the answer. */
  public enum Result {
    /** Nothing was to be done. */
    NOTHING("nothing"),
    /** It was only said. */
    PLANNED("planned"),
    /** Done, and read back. */
    DONE("done"),
    /** Everything is as it was before. */
    UNDONE("undone"),
    /** It is not done, and nothing is half done. */
    NOT_DONE("not-done"),
    /** The same, because this user may not, or the disk takes nothing. */
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

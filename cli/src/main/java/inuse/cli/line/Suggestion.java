package inuse.cli.line;

import java.util.Optional;
import java.util.stream.Stream;

/** Finds the word that a user probably meant. */
public final class Suggestion {
  /** From this number of changes on it is another word, however long it is. */
  private static final int MAX_CHANGES = 3;

  /** Letters for each change: of a short word little is left after two. */
  private static final int LETTERS = 3;

  private Suggestion() {}

  /** The most similar word, if any is similar enough. */
  static Optional<String> of(String asked, Stream<String> words) {
    return words
        .filter(word -> isNear(word, asked))
        .min((one, other) -> changes(one, asked) - changes(other, asked));
  }

  /** Whether a name contains the word, or is similar to it; hyphens count for nothing. */
  public static boolean isNear(String name, String asked) {
    int letters = asked.length() - (int) asked.chars().filter(one -> one == '-').count();
    return (letters >= LETTERS && name.contains(asked))
        || changes(name, asked) < Math.min(MAX_CHANGES, (letters + 1) / LETTERS + 1);
  }

  /** The edit distance of two words (Levenshtein). */
  private static int changes(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = corner + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        corner = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}

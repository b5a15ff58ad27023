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

  /** The edit distance of two words; two letters that changed places are one change. */
  private static int changes(String one, String other) {
    int[][] changes = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        changes[i][j] = i == 0 || j == 0 ? i + j : least(changes, one, other, i, j);
      }
    }
    return changes[one.length()][other.length()];
  }

  private static int least(int[][] changes, String one, String other, int i, int j) {
    char last = one.charAt(i - 1);
    int same = changes[i - 1][j - 1] + (last == other.charAt(j - 1) ? 0 : 1);
    int least = Math.min(same, Math.min(changes[i - 1][j], changes[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && last == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
    return swapped ? Math.min(least, changes[i - 2][j - 2] + 1) : least;
  }
}

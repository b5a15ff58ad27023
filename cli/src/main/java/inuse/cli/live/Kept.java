package inuse.cli.live;

import java.time.Duration;

/**
 * A row with what has become of it.
 *
 * @param since when that was, on a clock that only goes on
 */
record Kept(Entry entry, Mark mark, Duration since) {
  /** What has become of a row. */
  enum Mark {
    THERE(' ', ""),
    NEW('+', "NEW"),
    ENDED('-', "ended");

    private final char sign;
    private final String word;

    Mark(char sign, String word) {
      this.sign = sign;
      this.word = word;
    }

    char sign() {
      return sign;
    }

    String word() {
      return word;
    }
  }
}

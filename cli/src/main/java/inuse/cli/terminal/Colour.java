package inuse.cli.terminal;

import java.util.Optional;

/** When output is coloured. */
public enum Colour {
  /** On a terminal that supports it, unless NO_COLOR is set. */
  AUTO("auto"),
  ALWAYS("always"),
  NEVER("never");

  private final String word;

  Colour(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  public static Optional<Colour> named(String word) {
    for (Colour colour : values()) {
      if (colour.word.equals(word)) {
        return Optional.of(colour);
      }
    }
    return Optional.empty();
  }
}

package inuse.mcp;

import java.util.Optional;

/**
 * A revision of the protocol. Those before 2026-07-28 begin with {@code initialize}; later ones say
 * in each request which they are.
 */
enum Revision {
  OF_2024_11_05("2024-11-05"),
  OF_2025_03_26("2025-03-26"),
  OF_2025_06_18("2025-06-18"),
  OF_2025_11_25("2025-11-25"),
  OF_2026_07_28("2026-07-28");

  /** The last one that begins with {@code initialize}. */
  static final Revision LAST_WITH_SESSION = OF_2025_11_25;

  private final String word;

  Revision(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /** Whether each request says what the client is and can, and no session exists. */
  boolean isStateless() {
    return this == OF_2026_07_28;
  }

  /** The revision of that name. */
  static Optional<Revision> named(String word) {
    for (Revision one : values()) {
      if (one.word.equals(word)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}

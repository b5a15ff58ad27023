package inuse.cli.live;

import java.util.List;

/** What a key asks for that the view cannot do itself. */
public sealed interface Wish {
  /** Wishes about nothing in particular. */
  enum Plain implements Wish {
    NOTHING,
    QUIT,
    /** To look at once, and draw all anew. */
    AGAIN,
    /** To look at other namespaces, or no longer. */
    NAMESPACES
  }

  /** To run one of our commands and show what it says. */
  record Shown(List<String> words) implements Wish {
    public Shown {
      words = List.copyOf(words);
    }
  }

  /** To give back what a row holds. */
  record Freed(Entry entry) implements Wish {}

  /** To tell when what a row holds can be bound. */
  record Awaited(Entry entry) implements Wish {}

  /** To give that text to the terminal's clipboard. */
  record Copied(String text) implements Wish {}
}

package inuse.render;

/** What the rows of a table stand together by. */
public enum ListGrouping {
  /** What belongs to the directory that one is in, the rest, and other network namespaces. */
  PLACE("place"),
  /** The project that a process works in: the nearest directory with a {@code .git}. */
  PROJECT("project"),
  /** Who keeps the process. */
  KEEPER("kept by"),
  /** Nothing: there are no headings. */
  NOTHING("nothing");

  private final String word;

  ListGrouping(String word) {
    this.word = word;
  }

  /** The word for people. */
  public String word() {
    return word;
  }
}

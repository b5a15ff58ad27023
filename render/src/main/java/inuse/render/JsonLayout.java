package inuse.render;

/** How a JSON document is laid out; it says the same. */
public enum JsonLayout {
  /** A member a line, indented by two. */
  INDENTED,
  /** One line, among lines of others. */
  LINE
}

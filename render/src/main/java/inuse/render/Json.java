package inuse.render;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON document (RFC 8259), indented by two or in one line. Not from a library, which
 * would bring the formats and locales of the whole world into the executable: see the ADR on
 * dependencies.
 */
public final class Json {
  /** Longer than most lines. */
  private static final int OF_A_LINE = 256;

  private final StringBuilder text = new StringBuilder(OF_A_LINE);

  /** For each open object or array, whether it already has a member. */
  private final Deque<Boolean> filled = new ArrayDeque<>();

  private boolean afterName;
  private final boolean indented;
  private final int most;
  private final Consumer<String> out;

  /** A document that is kept. */
  Json() {
    this(JsonLayout.INDENTED);
  }

  /** A document that is kept, in that layout. */
  Json(JsonLayout layout) {
    this(layout == JsonLayout.INDENTED, Integer.MAX_VALUE, text -> {});
  }

  /** A document in one line. */
  public static Json line() {
    return new Json(JsonLayout.LINE);
  }

  /** A document of which that many characters are kept, and more are written. */
  Json(int most, Consumer<String> out) {
    this(true, most, out);
  }

  private Json(boolean indented, int most, Consumer<String> out) {
    this.indented = indented;
    this.most = most;
    this.out = out;
  }

  /** Opens an object. */
  public Json beginObject() {
    return open('{');
  }

  /** Closes the object. */
  public Json endObject() {
    return close('}');
  }

  /** Opens an array. */
  public Json beginArray() {
    return open('[');
  }

  /** Closes the array. */
  public Json endArray() {
    return close(']');
  }

  /** Writes a key; its value comes next. */
  public Json name(String name) {
    place();
    quote(name);
    text.append(": ");
    afterName = true;
    return this;
  }

  /** Writes a text, or null. */
  public Json value(@Nullable String value) {
    if (value == null) {
      return literal("null");
    }
    place();
    quote(value);
    return this;
  }

  /** Writes a number, or null. */
  public Json value(@Nullable Number value) {
    return literal(String.valueOf(value));
  }

  /** Writes true, false or null. */
  public Json value(@Nullable Boolean value) {
    return literal(String.valueOf(value));
  }

  /**
   * Writes a value that is JSON already, in one line: without its line breaks and the blanks that
   * follow them, which are in no string (RFC 8259, 7).
   */
  public Json document(String json) {
    place();
    boolean atStart = true;
    for (int i = 0; i < json.length(); i++) {
      char one = json.charAt(i);
      atStart = one == '\n' || (atStart && one == ' ');
      if (!atStart) {
        text.append(one);
      }
    }
    return this;
  }

  private Json literal(String literal) {
    place();
    text.append(literal);
    return this;
  }

  private Json open(char bracket) {
    place();
    text.append(bracket);
    filled.push(false);
    return this;
  }

  private Json close(char bracket) {
    if (filled.pop()) {
      newLine();
    }
    text.append(bracket);
    return this;
  }

  /** Writes the comma and line break before the next value or key. */
  private void place() {
    if (text.length() >= most) {
      out.accept(text.toString());
      text.setLength(0);
    }
    if (afterName) {
      afterName = false;
      return;
    }
    if (!filled.isEmpty()) {
      if (filled.pop()) {
        text.append(',');
      }
      filled.push(true);
      newLine();
    }
  }

  private void newLine() {
    if (indented) {
      text.append('\n').append("  ".repeat(filled.size()));
    }
  }

  /** Quotes a string; characters that are invisible, or control a terminal, become escapes. */
  private void quote(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); ) {
      int point = string.codePointAt(i);
      int length = Character.charCount(point);
      if (point == '"' || point == '\\') {
        text.append('\\').append((char) point);
      } else if (Escape.isHidden(point)) {
        for (int j = i; j < i + length; j++) {
          text.append("\\u").append(Escape.hex(string.charAt(j), 4));
        }
      } else {
        text.appendCodePoint(point);
      }
      i += length;
    }
    text.append('"');
  }

  /** The document, or the rest of it. */
  public String text() {
    return text.toString();
  }

  /** The document, or the rest of it, with a line end. */
  @Override
  public String toString() {
    return text + "\n";
  }
}

package inuse.java;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one document of JSON (RFC 8259), and nothing that is not. Names occur once in an object,
 * and nesting has a bound; the text has a bound where it is made.
 */
final class JsonReader {
  /** Objects and arrays within each other; a diagnosis has eight. */
  static final int MAX_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /** Text that is not JSON, and where. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String what, int at, String text) {
      super(
          what
              + " at character "
              + at
              + (at < text.length()
                  ? ", before " + text.substring(at, Math.min(at + 20, text.length()))
                  : ", at the end"));
    }
  }

  /**
   * The value that is all of that text.
   *
   * @throws Malformed if it is not one
   */
  static JsonValue read(String text) throws Malformed {
    JsonReader reader = new JsonReader(text);
    JsonValue value = reader.value();
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw reader.malformed("more than one value");
    }
    return value;
  }

  private JsonValue value() throws Malformed {
    skipSpace();
    return switch (peek()) {
      case '{' -> members();
      case '[' -> items();
      case '"' -> new JsonValue.Text(string());
      case 't' -> word("true", JsonValue.Word.TRUE);
      case 'f' -> word("false", JsonValue.Word.FALSE);
      case 'n' -> word("null", JsonValue.Word.NULL);
      default -> number();
    };
  }

  private JsonValue members() throws Malformed {
    Map<String, JsonValue> all = new LinkedHashMap<>();
    begin();
    if (!accept('}')) {
      do {
        skipSpace();
        int start = at;
        String name = string();
        skipSpace();
        expect(':');
        if (all.put(name, value()) != null) {
          at = start;
          throw malformed("a name for the second time");
        }
        skipSpace();
      } while (accept(','));
      expect('}');
    }
    depth--;
    return new JsonValue.Members(all);
  }

  private JsonValue items() throws Malformed {
    List<JsonValue> all = new ArrayList<>();
    begin();
    if (!accept(']')) {
      do {
        all.add(value());
        skipSpace();
      } while (accept(','));
      expect(']');
    }
    depth--;
    return new JsonValue.Items(all);
  }

  private void begin() throws Malformed {
    if (++depth > MAX_DEPTH) {
      throw malformed("nested too deep");
    }
    at++;
    skipSpace();
  }

  private JsonValue word(String word, JsonValue.Word value) throws Malformed {
    if (!text.startsWith(word, at)) {
      throw malformed("no value");
    }
    at += word.length();
    return value;
  }

  private JsonValue number() throws Malformed {
    int start = at;
    accept('-');
    if (!accept('0')) {
      digits("no value");
    }
    if (accept('.')) {
      digits("no digit");
    }
    if (accept('e') || accept('E')) {
      if (!accept('+')) {
        accept('-');
      }
      digits("no digit");
    }
    return new JsonValue.Numeral(text.substring(start, at));
  }

  private void digits(String otherwise) throws Malformed {
    if (!isDigit(peek())) {
      throw malformed(otherwise);
    }
    while (isDigit(peek())) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String string() throws Malformed {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (!accept('"')) {
      char c = peek();
      if (c < ' ') {
        throw malformed(at < text.length() ? "a control character in a string" : "an open string");
      }
      at++;
      value.append(c == '\\' ? escaped() : c);
    }
    return value.toString();
  }

  private char escaped() throws Malformed {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> {
        at--;
        throw malformed("an unknown escape");
      }
    };
  }

  private char unicode() throws Malformed {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw malformed("no hexadecimal digit");
      }
      value = value * 16 + digit;
      at++;
    }
    return (char) value;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** The next character; 0 at the end, which no value has outside of a string. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean accept(char c) {
    boolean here = at < text.length() && text.charAt(at) == c;
    if (here) {
      at++;
    }
    return here;
  }

  private void expect(char c) throws Malformed {
    if (!accept(c)) {
      throw malformed("no " + c);
    }
  }

  private Malformed malformed(String what) {
    return new Malformed(what, at, text);
  }
}

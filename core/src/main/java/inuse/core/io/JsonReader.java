package inuse.core.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A strict parser of JSON (RFC 8259) that another program wrote. Nesting is limited to {@link
 * #MAX_DEPTH}, since unlimited recursion would crash the executable, and the number of values to
 * {@link #MAX_VALUES}, since they take far more memory than text. The time is proportional to the
 * length of the text.
 */
public final class JsonReader {
  static final int MAX_DEPTH = 32;

  /** A thousand containers take about a hundred thousand. */
  static final int MAX_VALUES = 200_000;

  private static final char END = '\uffff';

  private final String text;
  private int at;
  private int values;
  private boolean broken;

  private JsonReader(String text) {
    this.text = text;
  }

  /** The value; empty where the text is not exactly one. */
  public static Optional<JsonValue> parse(String text) {
    JsonReader reader = new JsonReader(text);
    JsonValue value = reader.value(0);
    reader.blanks();
    return reader.broken || reader.at < text.length() ? Optional.empty() : Optional.of(value);
  }

  private JsonValue value(int depth) {
    blanks();
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      return fail();
    }
    return switch (peek()) {
      case '{' -> members(depth);
      case '[' -> items(depth);
      case '"' -> new JsonValue.Text(string());
      case 't' -> word("true", new JsonValue.Flag(true));
      case 'f' -> word("false", new JsonValue.Flag(false));
      case 'n' -> word("null", new JsonValue.Nothing());
      default -> number();
    };
  }

  private JsonValue members(int depth) {
    at++;
    blanks();
    if (takes('}')) {
      return new JsonValue.Members(List.of());
    }
    List<JsonValue.Member> members = new ArrayList<>();
    while (!broken) {
      blanks();
      String name = peek() == '"' ? string() : "";
      blanks();
      if (!takes(':')) {
        return fail();
      }
      members.add(new JsonValue.Member(name, value(depth + 1)));
      blanks();
      if (takes('}')) {
        return new JsonValue.Members(members);
      }
      if (!takes(',')) {
        return fail();
      }
      blanks();
      if (peek() != '"') {
        return fail();
      }
    }
    return fail();
  }

  private JsonValue items(int depth) {
    at++;
    blanks();
    if (takes(']')) {
      return new JsonValue.Items(List.of());
    }
    List<JsonValue> items = new ArrayList<>();
    while (!broken) {
      items.add(value(depth + 1));
      blanks();
      if (takes(']')) {
        return new JsonValue.Items(items);
      }
      if (!takes(',')) {
        return fail();
      }
    }
    return fail();
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    at++;
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return string.toString();
      }
      if (c == END || c < ' ') {
        fail();
        return "";
      }
      if (c != '\\') {
        string.append(c);
        continue;
      }
      char escaped = peek();
      at++;
      switch (escaped) {
        case '"', '\\', '/' -> string.append(escaped);
        case 'b' -> string.append('\b');
        case 'f' -> string.append('\f');
        case 'n' -> string.append('\n');
        case 'r' -> string.append('\r');
        case 't' -> string.append('\t');
        case 'u' -> utf8(codePoint(), string);
        default -> {
          fail();
          return "";
        }
      }
    }
  }

  private int codePoint() {
    int first = unit();
    if (first < 0xd800 || first > 0xdfff) {
      return first;
    }
    boolean pair = first < 0xdc00 && takes('\\') && takes('u');
    int second = pair ? unit() : 0;
    if (second < 0xdc00 || second > 0xdfff) {
      fail();
      return 0;
    }
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }

  private int unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = "0123456789abcdef".indexOf(peek() <= 'F' && peek() >= 'A' ? peek() + 32 : peek());
      if (digit < 0) {
        fail();
        return 0;
      }
      unit = unit * 16 + digit;
      at++;
    }
    return unit;
  }

  private static void utf8(int codePoint, StringBuilder into) {
    if (codePoint < 0x80) {
      into.append((char) codePoint);
    } else if (codePoint < 0x800) {
      into.append((char) (0xc0 | codePoint >> 6)).append(tail(codePoint));
    } else if (codePoint < 0x10000) {
      into.append((char) (0xe0 | codePoint >> 12)).append(tail(codePoint >> 6));
      into.append(tail(codePoint));
    } else {
      into.append((char) (0xf0 | codePoint >> 18)).append(tail(codePoint >> 12));
      into.append(tail(codePoint >> 6)).append(tail(codePoint));
    }
  }

  private static char tail(int bits) {
    return (char) (0x80 | (bits & 0x3f));
  }

  private JsonValue number() {
    int from = at;
    takes('-');
    boolean zero = takes('0');
    int digits = digits();
    boolean well = zero ? digits == 0 : digits > 0;
    if (takes('.')) {
      well &= digits() > 0;
    }
    if (takes('e') || takes('E')) {
      if (!takes('+')) {
        takes('-');
      }
      well &= digits() > 0;
    }
    return well ? new JsonValue.Numeric(text.substring(from, at)) : fail();
  }

  private int digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at - from;
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      return fail();
    }
    at += word.length();
    return value;
  }

  private void blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private boolean takes(char c) {
    boolean there = peek() == c;
    at += there ? 1 : 0;
    return there;
  }

  private JsonValue fail() {
    broken = true;
    at = text.length();
    return new JsonValue.Nothing();
  }
}

package inuse.core.io;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value. Texts have one char, 0 to 255, per byte of their UTF-8. */
public sealed interface JsonValue {
  /** A text. */
  record Text(String content) implements JsonValue {}

  /** A number, as it was written. */
  record Numeric(String content) implements JsonValue {}

  /** True or false. */
  record Flag(boolean set) implements JsonValue {}

  /** Null. */
  record Nothing() implements JsonValue {}

  /** An array. */
  record Items(List<JsonValue> content) implements JsonValue {}

  /** An object. */
  record Members(Map<String, JsonValue> members) implements JsonValue {}

  /** The member at the end of a path of names; null where there is none. */
  default JsonValue at(String... names) {
    JsonValue value = this;
    for (String name : names) {
      value =
          value instanceof Members(var members)
              ? members.getOrDefault(name, new Nothing())
              : new Nothing();
    }
    return value;
  }

  /** The text, if it is one. */
  default Optional<String> text() {
    return this instanceof Text(String content) ? Optional.of(content) : Optional.empty();
  }

  /** The digits, if it is a number. */
  default Optional<String> digits() {
    return this instanceof Numeric(String content) ? Optional.of(content) : Optional.empty();
  }

  /** The elements of an array; none where it is something else. */
  default List<JsonValue> items() {
    return this instanceof Items(var content) ? content : List.of();
  }
}

package inuse.java;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of JSON (RFC 8259), as {@link JsonReader} reads it. */
sealed interface JsonValue {
  /** An object, whose names are unique. */
  record Members(Map<String, JsonValue> all) implements JsonValue {}

  /** An array. */
  record Items(List<JsonValue> all) implements JsonValue {}

  /** A string. */
  record Text(String value) implements JsonValue {}

  /**
   * A number.
   *
   * @param written as it stands there; its size has no bound
   */
  record Numeral(String written) implements JsonValue {}

  /** {@code true}, {@code false} and {@code null}. */
  enum Word implements JsonValue {
    TRUE,
    FALSE,
    NULL
  }

  /** The member of that name; {@code null} where there is none. */
  default JsonValue member(String name) {
    return this instanceof Members members ? members.all.getOrDefault(name, Word.NULL) : Word.NULL;
  }

  /** The items of an array; none of anything else. */
  default List<JsonValue> items() {
    return this instanceof Items items ? items.all : List.of();
  }

  /** The string; empty of anything else. */
  default Optional<String> text() {
    return this instanceof Text text ? Optional.of(text.value) : Optional.empty();
  }

  /** The whole number, where it is one that a long can hold. */
  default Optional<Long> whole() {
    if (this instanceof Numeral numeral && numeral.written.matches("-?[0-9]{1,18}")) {
      return Optional.of(Long.parseLong(numeral.written));
    }
    return Optional.empty();
  }
}

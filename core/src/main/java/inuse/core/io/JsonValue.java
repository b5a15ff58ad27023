package inuse.core.io;

import inuse.kernel.proc.Numeral;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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

  /**
   * An object. A list: a map would cost more for each empty one than the two characters that
   * another program wrote, and its names may be chosen to collide.
   */
  record Members(List<Member> content) implements JsonValue {}

  /** A member of an object. */
  record Member(String name, JsonValue value) {}

  /** The member at the end of a path of names; null where there is none, or more than one. */
  default JsonValue at(String... names) {
    JsonValue value = this;
    for (String name : names) {
      value = value.member(name);
    }
    return value;
  }

  private JsonValue member(String name) {
    JsonValue found = new Nothing();
    int count = 0;
    if (this instanceof Members(List<Member> members)) {
      for (Member member : members) {
        if (member.name.equals(name)) {
          found = member.value;
          count++;
        }
      }
    }
    return count == 1 ? found : new Nothing();
  }

  /** The values of an object's members; none where it is something else. */
  default List<JsonValue> values() {
    return this instanceof Members(List<Member> members)
        ? members.stream().map(Member::value).toList()
        : List.of();
  }

  /** The text, if it is one. */
  default Optional<String> text() {
    return this instanceof Text(String content) ? Optional.of(content) : Optional.empty();
  }

  /** The digits, if it is a number. */
  default Optional<String> digits() {
    return this instanceof Numeric(String content) ? Optional.of(content) : Optional.empty();
  }

  /** The number, if it is a whole one from 0 that fits into a long. */
  default Optional<Long> number() {
    OptionalLong number = digits().map(Numeral::decimal).orElse(OptionalLong.empty());
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  /** The elements of an array; none where it is something else. */
  default List<JsonValue> items() {
    return this instanceof Items(var content) ? content : List.of();
  }
}

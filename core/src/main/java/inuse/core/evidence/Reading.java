package inuse.core.evidence;

import java.util.Optional;
import java.util.function.Function;

/** A fact, or why it is not known. */
public sealed interface Reading<T> {
  /** The fact was read. */
  record Known<T>(T value) implements Reading<T> {}

  /** The fact could not be read. */
  record Unknown<T>(Why why) implements Reading<T> {}

  /** Why a fact is not known. */
  enum Why {
    /** This user may not see it. */
    DENIED("denied"),
    /** It was gone before it could be read. */
    VANISHED("vanished"),
    /** This kernel, or this kind of object, does not tell it. */
    UNSUPPORTED("unsupported"),
    /** The deadline had passed. */
    TIMED_OUT("timed-out"),
    /** What was read is invalid. */
    UNREADABLE("unreadable"),
    /** There was too much to examine all of it. */
    TOO_MANY("too-many"),
    /** It was not asked for. */
    NOT_ASKED("not-asked");

    private final String word;

    /** One for each reason: of many sockets many facts are not known. */
    @SuppressWarnings("ImmutableEnumChecker") // it has nothing but this reason
    private final Unknown<?> unknown = new Unknown<>(this);

    Why(String word) {
      this.word = word;
    }

    /** The word for programs. */
    public String word() {
      return word;
    }
  }

  static <T> Reading<T> known(T value) {
    return new Known<>(value);
  }

  @SuppressWarnings("unchecked") // it has no value of any type
  static <T> Reading<T> unknown(Why why) {
    return (Reading<T>) why.unknown;
  }

  /** The fact, where it is known. */
  default Optional<T> toOptional() {
    return switch (this) {
      case Known<T>(T value) -> Optional.of(value);
      case Unknown<T> unknown -> Optional.empty();
    };
  }

  /** What follows from the fact, where it is known. */
  default <R> Reading<R> map(Function<? super T, ? extends R> change) {
    return switch (this) {
      case Known<T>(T value) -> known(change.apply(value));
      case Unknown<T>(Why why) -> unknown(why);
    };
  }

  /** Whether it is known and equal to this. */
  default boolean is(T expected) {
    return this instanceof Known<T>(T value) && expected.equals(value);
  }
}

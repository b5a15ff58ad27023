package inuse.core.ask;

import java.util.Optional;
import java.util.function.Supplier;

/** A value that is looked up when it is needed first, and then kept. */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> source;
  private Optional<T> value = Optional.empty();

  Once(Supplier<T> source) {
    this.source = source;
  }

  @Override
  public T get() {
    T known = value.orElseGet(source);
    value = Optional.of(known);
    return known;
  }
}

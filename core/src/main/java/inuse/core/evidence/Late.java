package inuse.core.evidence;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What most answers need not know: it is looked up when it is first asked for, and then kept. */
public final class Late<T> implements Supplier<T> {
  private final Supplier<T> lookup;
  private Optional<T> found = Optional.empty();

  public Late(Supplier<T> lookup) {
    this.lookup = lookup;
  }

  /** One that is known. */
  public static <T> Late<T> of(T known) {
    return new Late<>(() -> known);
  }

  @Override
  public T get() {
    T one = found.orElseGet(lookup);
    found = Optional.of(one);
    return one;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Late<?> late && get().equals(late.get());
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(get());
  }

  @Override
  public String toString() {
    return get().toString();
  }
}

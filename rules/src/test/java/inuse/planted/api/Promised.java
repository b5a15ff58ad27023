package inuse.planted.api;

import java.io.IOException;
import java.util.List;

/** A type with a bit of everything. */
public sealed interface Promised<T extends Comparable<T>> {
  int size();

  default List<? extends T> all(int count, String... names) {
    return List.of();
  }

  static <U extends Comparable<U>> Promised<U> of(U value) throws IOException {
    if (value.toString().isEmpty()) {
      throw new IOException("nothing to promise");
    }
    return new Kept<>(1, value);
  }

  /** The one case. */
  record Kept<T extends Comparable<T>>(int size, T value) implements Promised<T> {
    public static final int MOST = 3;
    private static final int UNSEEN = 4;

    int unseen() {
      return UNSEEN;
    }
  }
}

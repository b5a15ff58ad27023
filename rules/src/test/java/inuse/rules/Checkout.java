package inuse.rules;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The source tree that these tests check. */
public final class Checkout {
  private static final List<String> NOT_SOURCES = List.of("target", ".git", ".idea");

  private Checkout() {}

  /** The directory of the whole tree. */
  public static Path root() {
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    return requireNonNull(module.getParent());
  }

  /** The files below {@link #root()} whose path satisfies {@code wanted}, sorted. */
  public static List<Path> files(Predicate<Path> wanted) {
    try (Stream<Path> entries = Files.list(root())) {
      return entries.flatMap(entry -> below(entry, wanted)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Path> javaFiles() {
    return files(path -> path.toString().endsWith(".java"));
  }

  static Path relative(Path path) {
    return root().relativize(path);
  }

  /** The whole text of a file. */
  public static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(path.toString(), e);
    }
  }

  private static Stream<Path> below(Path path, Predicate<Path> wanted) {
    Path name = requireNonNull(path.getFileName());
    if (Files.isSymbolicLink(path) || NOT_SOURCES.contains(name.toString())) {
      return Stream.empty();
    }
    if (!Files.isDirectory(path)) {
      return wanted.test(path) ? Stream.of(path) : Stream.empty();
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.toList().stream().flatMap(entry -> below(entry, wanted));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

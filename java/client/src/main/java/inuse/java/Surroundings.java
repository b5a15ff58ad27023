package inuse.java;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the search for an executable depends on.
 *
 * @param properties a system property by its name, or null
 * @param environment a variable of the environment by its name, or null
 * @param uid the effective user of this process; empty where /proc does not say
 */
record Surroundings(
    UnaryOperator<@Nullable String> properties,
    UnaryOperator<@Nullable String> environment,
    Optional<Integer> uid) {
  /** Those of this process. */
  static Surroundings here() {
    return new Surroundings(System::getProperty, System::getenv, effectiveUser());
  }

  /** A system property; empty where it is not set, or set to nothing. */
  Optional<String> property(String name) {
    return Optional.ofNullable(properties.apply(name)).filter(value -> !value.isEmpty());
  }

  /** A variable; empty where it is not set, or set to nothing. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isEmpty());
  }

  boolean isLinux() {
    return property("os.name").filter("Linux"::equals).isPresent();
  }

  /** Uid in /proc/self/status: real, effective, saved set, file system (proc(5)). */
  private static Optional<Integer> effectiveUser() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("Uid:"))
          .findFirst()
          .map(line -> Integer.parseUnsignedInt(line.split("\\s+")[2]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

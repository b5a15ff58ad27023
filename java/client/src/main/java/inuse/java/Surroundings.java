package inuse.java;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  /** The real user, the effective one, that of saved set-user-ID, that of the file system. */
  private static final Pattern EFFECTIVE = Pattern.compile("Uid:\\t\\d+\\t(\\d+)\\t.*");

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

  /** By /proc/self/status (proc(5)), whose text has the name of the program in it. */
  private static Optional<Integer> effectiveUser() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1).stream()
          .map(EFFECTIVE::matcher)
          .filter(Matcher::matches)
          .findFirst()
          .map(matcher -> Integer.parseUnsignedInt(matcher.group(1)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

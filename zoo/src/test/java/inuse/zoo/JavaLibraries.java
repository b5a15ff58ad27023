package inuse.zoo;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/** What is built in java/, as it is published. */
final class JavaLibraries {
  /** What an application needs to say who has its port. */
  static final List<Path> ANALYZER =
      List.of(jar("spring-boot", "inuse-spring-boot"), jar("client", "inuse-java"));

  private JavaLibraries() {}

  private static Path jar(String module, String artifact) {
    return Programs.setting("zoo.java")
        .resolve(module + "/target/" + artifact + "-" + version() + ".jar");
  }

  static String group() {
    return coordinates()[0];
  }

  static String version() {
    return coordinates()[1];
  }

  private static String[] coordinates() {
    return requireNonNull(System.getProperty("zoo.coordinates")).split(":", -1);
  }
}

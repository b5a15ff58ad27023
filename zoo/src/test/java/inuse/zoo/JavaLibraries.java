package inuse.zoo;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is built in java/, as it is published. */
final class JavaLibraries {
  /** What an application needs to say who has its port. */
  static final List<Path> ANALYZER =
      List.of(jar("spring-boot", "inuse-spring-boot"), jar("client", "inuse-java"));

  private static @Nullable Path repository;

  private JavaLibraries() {}

  /** Maven, as the tests themselves are built, for a project that uses these libraries. */
  static List<String> maven(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "MAVEN_OPTS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "INUSE=" + Programs.EXECUTABLE));
    command.addAll(Registry.maven(arguments));
    command.removeIf(word -> word.startsWith("-Dmaven.repo.local="));
    command.addAll(
        List.of(
            "-Dmaven.repo.local=" + repository(),
            "-Dinuse.group=" + group(),
            "-Dinuse.version=" + version()));
    return command;
  }

  /** A goal of the Maven plugin, by its whole name. */
  static String goal(String name) {
    return group() + ":inuse-maven-plugin:" + version() + ":" + name;
  }

  /**
   * A local repository that has what is built here, and links to all that the real one has: what is
   * fetched is fetched once, and what is built does not get into the real one, where it would stay.
   */
  private static synchronized Path repository() {
    if (repository == null) {
      Path made = Programs.publicDirectory("repository");
      try {
        link(
            Path.of(
                System.getProperty(
                    "localRepository", System.getProperty("user.home") + "/.m2/repository")),
            made,
            List.of(group().split("[.]", -1)));
        Path java = Programs.setting("zoo.java");
        install(made, "inuse-parent", java.resolve("../pom.xml"));
        install(made, "inuse-bom", java.resolve("bom/pom.xml"));
        for (String module : List.of("client", "junit", "spring-boot", "maven-plugin")) {
          String artifact = "inuse-" + (module.equals("client") ? "java" : module);
          install(made, artifact, java.resolve(module + "/pom.xml"));
          install(made, artifact, jar(module, artifact));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      repository = made;
    }
    return repository;
  }

  /** Links to everything there but what is on the way to our own group. */
  private static void link(Path real, Path made, List<String> way) throws IOException {
    if (Files.isDirectory(real)) {
      try (Stream<Path> there = Files.list(real)) {
        for (Path one : there.toList()) {
          if (!one.endsWith(way.getFirst())) {
            Files.createSymbolicLink(made.resolve(one.getFileName()), one);
          }
        }
      }
    }
    Path next = Files.createDirectory(made.resolve(way.getFirst()));
    if (way.size() > 1) {
      link(real.resolve(way.getFirst()), next, way.subList(1, way.size()));
    }
  }

  private static void install(Path repository, String artifact, Path file) throws IOException {
    Path directory =
        repository.resolve(group().replace('.', '/')).resolve(artifact).resolve(version());
    String suffix = file.endsWith("pom.xml") ? ".pom" : ".jar";
    Files.createDirectories(directory);
    Files.copy(file, directory.resolve(artifact + "-" + version() + suffix));
  }

  private static Path jar(String module, String artifact) {
    return Programs.setting("zoo.java")
        .resolve(module + "/target/" + artifact + "-" + version() + ".jar");
  }

  private static String group() {
    return coordinates()[0];
  }

  private static String version() {
    return coordinates()[1];
  }

  private static String[] coordinates() {
    return requireNonNull(System.getProperty("zoo.coordinates")).split(":", -1);
  }
}

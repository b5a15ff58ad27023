package inuse.zoo;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The application of src/test/boot, on one web server and one Spring Boot. */
enum BootApplication {
  TOMCAT_3_5,
  JETTY_3_5,
  NETTY_3_5,
  TOMCAT_4_1,
  JETTY_4_1,
  NETTY_4_1;

  private static @Nullable Path directory;

  /** What inuse-spring-boot is on a class path, where every user can read it. */
  static List<String> analyzer() {
    List<String> places = new ArrayList<>();
    for (Path jar : JavaLibraries.ANALYZER) {
      places.add(directory().resolve(jar.getFileName()).toString());
    }
    return places;
  }

  /** The application and all that it needs. */
  List<String> classPath() {
    List<String> places = new ArrayList<>(List.of(directory().resolve("classes").toString()));
    places.addAll(libraries());
    return places;
  }

  /** The same where every user can read it. */
  List<String> classPathForAll() {
    Path copies = directory().resolve(label());
    if (!Files.isDirectory(copies)) {
      try {
        Files.createDirectory(copies);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      libraries().forEach(jar -> copy(Path.of(jar), copies));
    }
    return List.of(directory().resolve("classes").toString(), copies + "/*");
  }

  /** Java, with these flags, and the application, with these options. */
  static List<String> command(List<String> classPath, List<String> flags, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.JAVA.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // Tomcat leaves its directory there.
                "-Djava.io.tmpdir=" + directory().resolve("tmp"),
                "-cp",
                String.join(File.pathSeparator, classPath)));
    command.addAll(flags);
    command.addAll(List.of("App", "--spring.main.banner-mode=off"));
    command.addAll(List.of(options));
    return command;
  }

  private String label() {
    return name().toLowerCase(ROOT).replaceFirst("_", "-").replace("_", ".");
  }

  private List<String> libraries() {
    try {
      String places = Files.readString(directory().resolve(label() + ".path"));
      return List.of(places.strip().split(File.pathSeparator, -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the class paths, the application's class and our jars are. */
  private static synchronized Path directory() {
    if (directory == null) {
      Path sources = Programs.setting("zoo.boot.sources");
      Path made = Programs.publicDirectory("boot");
      Registry.fetched(
          "Spring Boot",
          Output.of(
              Registry.maven(
                  "--file=" + sources.resolve("pom.xml"),
                  "dependency:build-classpath",
                  "-Dmdep.outputFile=" + made + "/${project.artifactId}.path")));
      directory = made;
      open(made.resolve("tmp"));
      compile(sources.resolve("App.java"), made.resolve("classes"));
      JavaLibraries.ANALYZER.forEach(jar -> copy(jar, made));
    }
    return directory;
  }

  private static void compile(Path source, Path classes) {
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "--release=17",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                String.join(File.pathSeparator, TOMCAT_3_5.libraries()),
                source.toString());
    assertThat(status).as("%s", source).isZero();
  }

  /** For every user to write to. */
  private static void open(Path scratch) {
    try {
      Files.createDirectory(scratch);
      Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path jar, Path directory) {
    try {
      Files.copy(jar, directory.resolve(jar.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

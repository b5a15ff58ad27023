package inuse.zoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs that the zoo runs: its own small ones in C, compiled here, the two under test, and
 * those installed on the machine.
 */
final class Programs {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  static final Path LAB = compiled("lab");
  static final Path ENTER = compiled("enter");
  static final Path HOLD = compiled("hold");
  static final Path TRYBIND = compiled("trybind");
  static final Path HOLDUNIX = compiled("holdunix");
  static final Path TRYBINDUNIX = compiled("trybindunix");
  static final Path CHURN = compiled("churn");
  static final Path BLINK = compiled("blink");
  static final Path ORACLE = compiled("oracle");
  static final Path BINDER = compiled("binder");
  static final Path LOAD = compiled("load");
  static final Path SAMEPID = compiled("samepid");
  static final Path THREADS = compiled("threads");
  static final Path SHIFTY = compiled("shifty");
  static final Path GLIMPSE = compiled("glimpse");
  static final Path LOOKALIKE = compiled("lookalike");
  static final Path CROWD = compiled("crowd");

  /** The Java that runs this test. */
  static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  /** The user who runs the tests, and so whatever they start. */
  static final long OWN_UID = new UnixSystem().getUid();

  /**
   * Where any user may execute files: the checkout may lie below a directory that only its owner
   * can enter.
   */
  private static final Path PUBLIC = publicDirectory();

  static final Path EXECUTABLE = published("inuse.executable");
  static final Path JAR = published("inuse.jar");

  /**
   * Java with the jar's classes as they are once they are loaded and linked, no compiler and the
   * smallest collector: some thousand short runs take a quarter of the time so. Where the cache
   * cannot be read Java does without.
   */
  static final List<String> JAVA_WITH_JAR = javaWithJar();

  private Programs() {}

  /** The first executable file of that name on the PATH. */
  static Optional<Path> installed(String name) {
    for (String directory : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1)) {
      Path file = Path.of(directory, name);
      if (Files.isExecutable(file) && Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** Python itself: what the PATH has may be a version manager's launcher, another program. */
  static String python() {
    return Files.isExecutable(PYTHON) ? PYTHON.toString() : Lab.requireProgram("python3");
  }

  /** One of the zoo's shell scripts. */
  static String script(String name) {
    return setting("zoo.sh.sources").resolve(name).toString();
  }

  /** Where all of these programs are; a place without them cannot run a scenario. */
  static List<String> directories() {
    return List.of(PUBLIC.toString(), setting("zoo.c.programs").toString());
  }

  /** A program of PostgreSQL's server, which Debian keeps off the PATH. */
  static String postgresql(String name) {
    try (var versions = Files.newDirectoryStream(Path.of("/usr/lib/postgresql"))) {
      for (Path version : versions) {
        Path program = version.resolve("bin").resolve(name);
        if (Files.isExecutable(program)) {
          return program.toString();
        }
      }
    } catch (IOException _) {
      // Not installed.
    }
    return Lab.requireProgram(name);
  }

  /** A path that the build says. */
  static Path setting(String property) {
    return Path.of(requireNonNull(System.getProperty(property), property)).normalize();
  }

  private static Path compiled(String name) {
    Path source = setting("zoo.c.sources").resolve(name + ".c");
    Path program = setting("zoo.c.programs").resolve(name);
    List<String> command =
        new ArrayList<>(List.of("gcc", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror"));
    command.add("-static"); // they also run in containers that have no C library
    command.addAll(List.of("-o", program.toString(), source.toString()));
    try {
      Files.createDirectories(program.getParent());
      Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(gcc.getInputStream().readAllBytes(), UTF_8);
      assertThat(gcc.waitFor()).as("%s%n%s", String.join(" ", command), output).isZero();
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A directory of that name where any user, and any machine of the zoo, may read. */
  static Path publicDirectory(String name) {
    try {
      Path directory = Files.createDirectory(PUBLIC.resolve(name));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path publicDirectory() {
    try {
      Path directory = Files.createTempDirectory("inuse-zoo-");
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> javaWithJar() {
    Path cache = PUBLIC.resolve("inuse.aot");
    List<String> java = List.of(JAVA.toString(), "-XX:+UseSerialGC", "-Xint");
    try (ServerSocket held = new ServerSocket(0)) {
      String requests =
          Files.writeString(PUBLIC.resolve("inuse.requests"), requests(held)).toString();
      Output made =
          Output.of(
              Stream.of(
                      List.of("sh", "-c", "exec \"$@\" <\"$0\"", requests),
                      java,
                      List.of("-XX:AOTCacheOutput=" + cache, "-jar", JAR.toString(), "mcp"))
                  .flatMap(List::stream)
                  .toList());
      assertThat(cache).as("%s", made).isRegularFile();
      delete(Path.of(requests));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cache.toFile().deleteOnExit();
    return Stream.of(java, List.of("-XX:AOTCache=" + cache), List.of("-jar", JAR.toString()))
        .flatMap(List::stream)
        .toList();
  }

  /** What is asked of inuse so that it uses most of its classes in one run; nothing is ended. */
  private static String requests(ServerSocket held) {
    String target = "{\"target\":\"127.0.0.1:" + held.getLocalPort() + "\"}";
    return Stream.of(
            request("initialize", "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}}"),
            request("tools/call", "{\"name\":\"why\",\"arguments\":" + target + "}"),
            request("tools/call", "{\"name\":\"free\",\"arguments\":" + target + "}"),
            request("tools/call", "{\"name\":\"list\",\"arguments\":{}}"))
        .collect(joining());
  }

  private static String request(String method, String parameters) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}\n"
        .formatted(method, parameters);
  }

  /**
   * A copy that can be executed at once. What this process had written itself could still be open
   * for writing in a child that another thread has just forked (ETXTBSY).
   */
  static Path copy(Path program, Path copy) {
    Output copied = Output.of(List.of("cp", "--", program.toString(), copy.toString()));
    assertThat(copied.exitCode()).as("%s", copied).isZero();
    return copy;
  }

  private static Path published(String property) {
    Path built = setting(property);
    Path copy = PUBLIC.resolve(built.getFileName());
    try {
      Files.copy(built, copy, StandardCopyOption.COPY_ATTRIBUTES);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException("not built (run `mvn verify` from the root): " + built, e);
    }
    copy.toFile().deleteOnExit();
    return copy;
  }
}

package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A copy of one of the ready-made uses in examples/, as it runs for a user who has {@code inuse} on
 * the PATH.
 */
final class Example {
  /** Debian's own: a shim there would hide which program is started. */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final String PYTHON = "/usr/bin/python3";

  private static final Pattern PID = Pattern.compile("pid (\\d+)");

  private final Lab lab;
  private final Path directory;
  private final Path bin;

  /** A copy of examples/NAME below that directory. */
  Example(String name, Lab lab, Path below) {
    this.lab = lab;
    directory = below.resolve(name);
    bin = below.resolve("bin");
    Path source = source(name);
    try (Stream<Path> files = Files.walk(source)) {
      Files.createDirectories(directory.getParent());
      Files.createDirectory(bin);
      Files.createSymbolicLink(bin.resolve("inuse"), Programs.EXECUTABLE);
      Files.createSymbolicLink(bin.resolve("java"), Programs.JAVA);
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(source.relativize(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path source(String name) {
    return Path.of("..", "examples", name).toAbsolutePath().normalize();
  }

  /** The file as it stands in examples/. */
  static String text(String name) {
    try {
      return Files.readString(source(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Skips the scenario unless Debian's PATH has these programs. */
  Example requires(String... programs) {
    for (String program : programs) {
      boolean found =
          Stream.of(PATH.split(":", -1))
              .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
      assumeTrue(found, "not installed: " + program);
    }
    return this;
  }

  Path directory() {
    return directory;
  }

  /** Starts a command in the example's directory, inside the lab. */
  Running start(String... command) {
    return lab.startForeign(inDirectory(command).toArray(String[]::new));
  }

  /** The same to its end. */
  Output run(String... command) {
    return lab.output(inDirectory(command).toArray(String[]::new));
  }

  /** The same outside the lab, where the network is. */
  Output prepare(String... command) {
    return Output.of(inDirectory(command));
  }

  private List<String> inDirectory(String... command) {
    List<String> whole =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=HUP,INT,TERM",
                "--chdir=" + directory,
                "PATH=" + bin + ":" + PATH,
                // npm leaves no log, and does not wait for a registry that is not there.
                "npm_config_logs_max=0",
                "npm_config_fetch_retries=0"));
    whole.addAll(List.of(command));
    return whole;
  }

  /** The pid of whoever serves that port over HTTP, once somebody does. */
  long server(int port) {
    lab.awaitState(port, "LISTEN");
    lab.run(
        PYTHON,
        "-c",
        "import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=10)",
        "http://127.0.0.1:" + port + "/");
    String answer = lab.runThrough(Integer.toString(port)).firstLine();
    Matcher pid = PID.matcher(answer);
    assertThat(pid.find()).as(answer).isTrue();
    return Long.parseLong(pid.group(1));
  }

  /** Waits until that process is gone. */
  static void awaitEnd(long pid) {
    ProcessHandle.of(pid).ifPresent(Running::awaitEnd);
  }
}

package inuse.junit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** JVMs of their own with one version of JUnit. */
final class Fork {
  /** What nothing here comes near to: a hang is a failure. */
  private static final int PATIENCE_SECONDS = 300;

  private final String classPath;
  private String before = "";

  private Fork(String classPath) {
    this.classPath = classPath;
  }

  /** The oldest Jupiter that is supported, or the one of these tests. */
  static Fork jupiter(String version) throws IOException {
    String ours = System.getProperty("java.class.path");
    if (!version.startsWith("5.")) {
      return new Fork(ours);
    }
    String own =
        Arrays.stream(ours.split(":"))
            .filter(entry -> !entry.contains("/org/junit/"))
            .collect(Collectors.joining(":"));
    try (Stream<Path> jars = Files.list(Path.of(System.getProperty("test.junit5")))) {
      return new Fork(
          own + ":" + jars.map(Path::toString).sorted().collect(Collectors.joining(":")));
    }
  }

  /** In a network namespace of its own, after these commands of a shell; skipped without root. */
  @SuppressWarnings("SystemOut") // the one line that must not be missed
  Fork in(String commands) {
    if (!"root".equals(System.getProperty("user.name"))) {
      String why = "not root: a network namespace of its own is needed";
      System.out.println("JUNIT: a test is SKIPPED: " + why);
      abort(why);
    }
    before = "set -e; ip link set lo up; " + commands + "; ";
    return this;
  }

  /** What running these cases says. */
  String launch(Class<?>... cases) throws IOException, InterruptedException {
    return run(java(cases));
  }

  /** The same where JUnit finds extensions by itself. */
  String launchWithDetection(Class<?>... cases) throws IOException, InterruptedException {
    List<String> command = java(cases);
    command.add("junit.jupiter.extensions.autodetection.enabled=true");
    return run(command);
  }

  /** The same while another process listens on port 8080. */
  String launchBesideServer(Class<?> cases) throws IOException, InterruptedException {
    List<String> command = jvm("inuse.junit.Holding");
    command.add("8080");
    command.addAll(java(cases));
    return run(command);
  }

  /** What running these cases in so many JVMs beside a thief says. */
  String race(int count, Class<?> cases) throws IOException, InterruptedException {
    List<String> command = jvm("inuse.junit.Race");
    command.add(String.valueOf(count));
    command.addAll(java(cases));
    return run(command);
  }

  private List<String> java(Class<?>... cases) {
    List<String> command = jvm("inuse.junit.Launch");
    Arrays.stream(cases).map(Class::getName).forEach(command::add);
    return command;
  }

  private List<String> jvm(String main) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dinuse.executable=" + Objects.requireNonNull(System.getProperty("inuse.executable")),
            "-cp",
            classPath,
            main));
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>();
    if (!before.isEmpty()) {
      whole.addAll(List.of("unshare", "--net", "sh", "-c", before + "\"$@\"", "sh"));
    }
    whole.addAll(command);
    Path output = Files.createTempFile("inuse-junit", ".txt");
    try {
      Process process =
          new ProcessBuilder(whole)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("it hangs: " + Files.readString(output));
      }
      return Files.readString(output);
    } finally {
      Files.delete(output);
    }
  }
}

package inuse.java;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM of its own that runs {@link Forked}, with nothing of the environment of this one. */
final class Fork {
  /** What nothing here comes near to: a hang is a failure. */
  private static final int PATIENCE_SECONDS = 120;

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> flags = new ArrayList<>();
  private Path java = home(System.getProperty("java.home"));
  private String before = "";

  /** What it said. */
  record Ended(int status, String output) {}

  Fork() {
    environment.put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
  }

  private static Path home(String home) {
    return Path.of(home, "bin", "java");
  }

  /** On the Java of that home. */
  Fork on(Path home) {
    java = home(home.toString());
    return this;
  }

  Fork with(String variable, Object value) {
    environment.put(variable, String.valueOf(value));
    return this;
  }

  Fork flag(String flag) {
    flags.add(flag);
    return this;
  }

  /** In namespaces of its own, of mounts and of the network, after these commands of a shell. */
  Fork in(String commands) {
    need(isRoot(), "not root: namespaces of its own are needed");
    before = commands;
    return this;
  }

  /** Skips the test where that is not so, and says so. */
  @SuppressWarnings("SystemOut") // the one line that must not be missed
  static void need(boolean there, String otherwise) {
    if (!there) {
      System.out.println("JAVA: a test is SKIPPED: " + otherwise);
      abort(otherwise);
    }
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Starts it; what it prints goes to that file. */
  Process start(Path output, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    if (!before.isEmpty()) {
      command.addAll(List.of("unshare", "--mount", "--net", "sh", "-c"));
      command.add("set -e; " + before + "; exec \"$@\"");
      command.add("sh");
    }
    command.addAll(List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), "inuse.java.Forked"));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs it to its end. */
  Ended run(String... words) throws IOException, InterruptedException {
    Path output = Files.createTempFile("inuse-fork", ".txt");
    try {
      return end(start(output, words), output);
    } finally {
      Files.delete(output);
    }
  }

  static Ended end(Process process, Path output) throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it hangs: " + Files.readString(output));
    }
    return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  /** The library's place, then that of its tests. */
  static String classPath() {
    return Stream.of(Inuse.class, Forked.class)
        .map(type -> Objects.requireNonNull(type.getProtectionDomain().getCodeSource()))
        .map(source -> Path.of(source.getLocation().getPath()).toString())
        .distinct()
        .reduce((one, two) -> one + ":" + two)
        .orElseThrow();
  }
}

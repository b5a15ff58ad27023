package inuse.zoo.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The readers of bytes that others wrote, under Jazzer, each run a Java of its own. Of every reader
 * is asked: no exception but a declared one, an end, and no more memory than 256 MB.
 */
final class FuzzTest {
  private static final Path SEEDS =
      Path.of(requireNonNull(System.getProperty("zoo.fuzz.seeds"), "zoo.fuzz.seeds"));

  /** Of the run over all targets, and of one target in the long mode. */
  private static final long SHORT_SECONDS = 5;

  private static final long LONG_SECONDS = Long.getLong("inuse.fuzz.seconds", 60);

  /** For Jazzer itself to start, on a busy machine. */
  private static final long START_SECONDS = 400;

  /** libFuzzer's exit status for an input that made the target fail. */
  private static final int FOUND = 77;

  @TempDir private Path directory;

  static Stream<FuzzTarget> targets() {
    return FuzzTarget.sound().values().stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void itReadsItsSeedsAndWhatOnceWasAFault(FuzzTarget target) throws IOException {
    List<Path> seeds = seeds(target);

    assertThat(seeds).isNotEmpty();
    for (Path seed : seeds) {
      target.fuzz(Files.readAllBytes(seed));
    }
  }

  @Test
  void nothingIsFoundInAShortTime() throws Exception {
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    for (FuzzTarget target : FuzzTarget.sound().values()) {
      for (Path seed : seeds(target)) {
        byte[] bytes = Files.readAllBytes(seed);
        byte[] selected = new byte[bytes.length + 1];
        selected[0] = FuzzMain.selector(target);
        System.arraycopy(bytes, 0, selected, 1, bytes.length);
        Files.write(corpus.resolve(target + "-" + seed.getFileName()), selected);
      }
    }

    Ran ran = jazzer(FuzzMain.ALL, corpus, SHORT_SECONDS);

    assertThat(ran.status).as(ran.output).isZero();
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("targets")
  void nothingIsFoundInALongTime(FuzzTarget target) throws Exception {
    Ran ran = jazzer(target.name(), corpus(target), LONG_SECONDS);

    assertThat(ran.status).as(ran.output).isZero();
  }

  @Test
  void aFaultIsFound() throws Exception {
    Ran ran = jazzer("PLANTED", Files.createDirectory(directory.resolve("none")), 60);

    assertThat(ran.status).as(ran.output).isEqualTo(FOUND);
    assertThat(ran.output).contains("StringIndexOutOfBoundsException");
  }

  private Path corpus(FuzzTarget target) throws IOException {
    Path corpus = Files.createDirectory(directory.resolve("corpus"));
    for (Path seed : seeds(target)) {
      Files.copy(seed, corpus.resolve(seed.getFileName()));
    }
    return corpus;
  }

  private static List<Path> seeds(FuzzTarget target) throws IOException {
    try (Stream<Path> files = Files.list(SEEDS.resolve(target.name()))) {
      return files.sorted().toList();
    }
  }

  private record Ran(int status, String output) {}

  private Ran jazzer(String target, Path corpus, long seconds) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-D" + FuzzMain.PROPERTY + "=" + target,
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + FuzzMain.class.getName(),
            "--instrumentation_includes=inuse.**",
            "-max_total_time=" + seconds,
            "-timeout=10",
            "-max_len=4096",
            corpus.toString()));
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(seconds + START_SECONDS, SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("an end of %s", Map.of(target, Files.readString(output))).isTrue();
    return new Ran(process.waitFor(), Files.readString(output, UTF_8));
  }
}

package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What others write reaches the executable itself damaged: the seeds of the fuzzers, with bytes
 * changed, lost, doubled and exchanged. The same readers run under Jazzer as Java; here it is the C
 * that is made of them, in the long mode under the sanitizers.
 */
final class FuzzedExecutableTest {
  private static final int RUNS = Integer.getInteger("inuse.fuzz.runs", 40);

  /** The least status of a failure that is inuse's own (sysexits.h), a signal, or a sanitizer's. */
  private static final int FAILURE = 64;

  @TempDir private Path directory;

  /** A way in. The input is the file {@code $1} in the directory {@code $2}. */
  enum Input {
    TEXT("TARGETS", "\"$0\" - <\"$1\" >/dev/null"),
    AGENT("AGENT", "\"$0\" mcp <\"$1\""),
    HOOK("JSON", "\"$0\" hook <\"$1\""),
    EXPECTED("JSON", "\"$0\" list --expect \"$1\""),
    SEGMENTS("EVENTS", "\"$0\" history --directory \"$2\""),
    SEGMENTS_AS_JSON("EVENTS", "\"$0\" history --json --refused --directory \"$2\"");

    final String seeds;
    final String line;

    Input(String seeds, String line) {
      this.seeds = seeds;
      this.line = line;
    }
  }

  @ParameterizedTest
  @EnumSource
  void damagedInputIsAnsweredAndNeverAFault(Input input) throws IOException {
    long start = Long.getLong("inuse.fuzz.seed", System.nanoTime());
    List<byte[]> seeds = seeds(input);
    Path file = directory.resolve("input.jsonl");
    for (int run = 0; run < RUNS; run++) {
      Files.write(file, damaged(seeds, new Random(start + run)));
      Output output =
          Output.of(
              List.of(
                  "sh",
                  "-c",
                  input.line,
                  Programs.EXECUTABLE.toString(),
                  file.toString(),
                  directory.toString()));
      assertThat(output.exitCode())
          .as("-Dinuse.fuzz.seed=%d, run %d: %s", start, run, output)
          .isLessThan(FAILURE);
    }
  }

  private static List<byte[]> seeds(Input input) throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    Path all = Path.of(System.getProperty("zoo.fuzz.seeds", ""));
    try (Stream<Path> files = Files.list(all.resolve(input.seeds))) {
      for (Path file : files.sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    assertThat(seeds).isNotEmpty();
    return seeds;
  }

  private static byte[] damaged(List<byte[]> seeds, Random random) {
    List<Byte> bytes = new ArrayList<>();
    for (byte one : seeds.get(random.nextInt(seeds.size()))) {
      bytes.add(one);
    }
    int faults = 1 + random.nextInt(8);
    for (int i = 0; i < faults && !bytes.isEmpty(); i++) {
      int from = random.nextInt(bytes.size());
      int to = Math.min(bytes.size(), from + 1 + random.nextInt(40));
      switch (random.nextInt(5)) {
        case 0 -> bytes.set(from, (byte) random.nextInt(256));
        case 1 -> bytes.set(from, (byte) (bytes.get(from) ^ (1 << random.nextInt(8))));
        case 2 -> bytes.subList(from, to).clear();
        case 3 ->
            bytes.addAll(
                random.nextInt(bytes.size() + 1), new ArrayList<>(bytes.subList(from, to)));
        default -> bytes.add(from, (byte) "\"\\{[0-\n\0".charAt(random.nextInt(8)));
      }
    }
    byte[] all = new byte[bytes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes.get(i);
    }
    return all;
  }
}

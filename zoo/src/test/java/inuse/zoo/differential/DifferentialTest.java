package inuse.zoo.differential;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.zoo.differential.Outputs.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The same inputs on a JVM and in code compiled to C, every byte of the outputs compared. */
final class DifferentialTest {
  private static final int INPUTS = 100_000;
  private static final Path TARGET = Path.of("target");
  private static final Path COMPILED_TO_C = TARGET.resolve("differential");

  /** Both together take 20 s on one core that is otherwise idle. */
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  /** Times that the heap of 64 MB is collected, at the least; measured: several hundred. */
  private static final long COLLECTIONS = 20;

  /** Disagreements that are shown in full. */
  private static final int SHOWN = 3;

  private static final int MOST_SHOWN = 4000;

  @Test
  void bothWaysToRunAgreeOnEveryByteOfAHundredThousandOutputs() throws Exception {
    long started = System.nanoTime();
    Comparison comparison = compare(0, INPUTS, -1);

    assertThat(comparison.disagreements).isEmpty();
    assertThat(comparison.outputs).isEqualTo(INPUTS);
    assertThat(comparison.faults).as("inputs on which the product itself fails").isEmpty();
    assertThat(comparison.bySubject).containsOnlyKeys(Subject.values());
    assertThat(comparison.collections).isGreaterThan(COLLECTIONS);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(DEADLINE);
  }

  @Test
  void aPlantedDifferenceIsFoundAndShownWithItsInput() throws Exception {
    Comparison comparison = compare(1000, 1100, 1042);

    assertThat(comparison.disagreements).hasSize(1);
    assertThat(comparison.disagreements.getFirst()).contains("== 1042 ", "on a JVM", "in C");
  }

  /** What came of it. */
  private static final class Comparison {
    private final List<String> disagreements = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<Subject, Integer> bySubject = new EnumMap<>(Subject.class);
    private int outputs;
    private long collections;

    private void add(Output onJvm, Output inC) {
      outputs++;
      bySubject.merge(Subject.valueOf(onJvm.head().split(" ", -1)[2]), 1, Integer::sum);
      if (onJvm.isFault() && faults.size() < SHOWN) {
        faults.add(shown(onJvm));
      }
      if (!onJvm.sameAs(inC) && disagreements.size() < SHOWN) {
        disagreements.add("on a JVM " + shown(onJvm) + "\nin C " + shown(inC));
      }
    }

    private static String shown(Output output) {
      String text = output.text();
      return output.head() + "\n" + text.substring(0, Math.min(text.length(), MOST_SHOWN));
    }
  }

  /** Runs both side by side, each in a process of its own, and reads them in step. */
  private static Comparison compare(int from, int to, int planted) throws Exception {
    String[] range = {Integer.toString(from), Integer.toString(to)};
    Path report = Files.createTempFile(TARGET, "differential", ".txt");
    Process jvm =
        start(
            Path.of("jvm.txt"),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            JvmMain.class.getName(),
            range[0],
            range[1]);
    Process c =
        start(
            report,
            COMPILED_TO_C.toString(),
            range[0],
            range[1],
            Integer.toString(planted));
    try {
      return read(jvm, c, report);
    } finally {
      jvm.destroyForcibly();
      c.destroyForcibly();
      Files.deleteIfExists(report);
    }
  }
}

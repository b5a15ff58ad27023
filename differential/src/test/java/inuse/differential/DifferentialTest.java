package inuse.differential;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.differential.Outputs.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Times that the heap of 64 MB is collected, at the least; measured: 320. */
  private static final long COLLECTIONS = 20;

  /** Disagreements that are shown in full. */
  private static final int SHOWN = 3;

  private static final int MAX_SHOWN = 2000;

  /** Bytes of what both agree on that are shown before a difference. */
  private static final int BEFORE = 200;

  @Test
  void bothWaysToRunAgreeOnEveryByteOfAHundredThousandOutputs() throws Exception {
    Comparison comparison = compare(0, INPUTS, -1);

    assertThat(comparison.disagreements).isEmpty();
    assertThat(comparison.outputs).isEqualTo(INPUTS);
    assertThat(comparison.faults).as("inputs on which the product itself fails").isEmpty();
    assertThat(comparison.bySubject).containsOnlyKeys(Subject.values());
    assertThat(comparison.collections).isGreaterThan(COLLECTIONS);
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
      if (!onJvm.equals(inC) && disagreements.size() < SHOWN) {
        disagreements.add(difference(onJvm, inC));
      }
    }

    /** Where they part, and both texts from a little before. */
    private static String difference(Output onJvm, Output inC) {
      int same = 0;
      int shorter = Math.min(onJvm.bytes().length(), inC.bytes().length());
      while (same < shorter && onJvm.bytes().charAt(same) == inC.bytes().charAt(same)) {
        same++;
      }
      int from = Math.max(0, same - BEFORE);
      return "from byte %d on; shown from byte %d on\non a JVM %s\nin C %s"
          .formatted(same, from, shown(onJvm.from(from)), shown(inC.from(from)));
    }

    private static String shown(Output output) {
      String text = output.text();
      return output.head() + "\n" + text.substring(0, Math.min(text.length(), MAX_SHOWN));
    }
  }

  /** Runs both side by side, each in a process of its own, and reads them in step. */
  private static Comparison compare(int from, int to, int planted) throws Exception {
    Path jvmReport = Files.createTempFile(TARGET, "differential-jvm", ".txt");
    Path report = Files.createTempFile(TARGET, "differential-c", ".txt");
    Process jvm =
        start(
            jvmReport,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            JvmMain.class.getName(),
            Integer.toString(from),
            Integer.toString(to));
    Process c =
        start(
            report,
            COMPILED_TO_C.toString(),
            Integer.toString(from),
            Integer.toString(to),
            Integer.toString(planted));
    try {
      Comparison comparison =
          inStep(new Outputs(jvm.getInputStream()), new Outputs(c.getInputStream()));
      assertThat(jvm.waitFor())
          .as(() -> "exit status on a JVM; it said " + said(jvmReport))
          .isZero();
      assertThat(c.waitFor()).as(() -> "exit status in C; it said " + said(report)).isZero();
      comparison.collections = collections(said(report));
      return comparison;
    } finally {
      jvm.destroyForcibly();
      c.destroyForcibly();
      Files.deleteIfExists(jvmReport);
      Files.deleteIfExists(report);
    }
  }

  private static Process start(Path report, String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectError(report.toFile()).start();
    process.getOutputStream().close();
    return process;
  }

  /** A program that ends early leaves outputs of the other alone: its exit status is then told. */
  private static Comparison inStep(Outputs jvm, Outputs c) throws IOException {
    Comparison comparison = new Comparison();
    Optional<Output> onJvm = jvm.next();
    Optional<Output> inC = c.next();
    while (onJvm.isPresent() && inC.isPresent()) {
      comparison.add(onJvm.get(), inC.get());
      onJvm = jvm.next();
      inC = c.next();
    }
    if (onJvm.isPresent()) {
      comparison.disagreements.add("in C nothing for " + Comparison.shown(onJvm.get()));
      while (onJvm.isPresent()) {
        onJvm = jvm.next();
      }
    }
    if (inC.isPresent()) {
      comparison.disagreements.add("on a JVM nothing for " + Comparison.shown(inC.get()));
      while (inC.isPresent()) {
        inC = c.next();
      }
    }
    return comparison;
  }

  private static String said(Path report) {
    try {
      return Files.readString(report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long collections(String report) {
    return report
        .lines()
        .filter(line -> line.startsWith("collections "))
        .mapToLong(line -> Long.parseLong(line.substring(12)))
        .sum();
  }
}

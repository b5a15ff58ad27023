package inuse.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import inuse.rules.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The answers in docs/answers, which the site shows, are what the executable says today: each cause
 * is made once more. Pids, times and with them the folding differ.
 */
class AnswersTest {
  private static final int SOMETHING_IS_MISSING = 77;
  private static final Path RECORDED = Checkout.root().resolve("docs/answers");

  @TempDir private Path directory;

  @Test
  void theAnswersThatTheSiteShowsAreThoseOfToday() throws Exception {
    make();

    assertThat(texts(directory.resolve("answers")))
        .as("run docs/site/answers")
        .isNotEmpty()
        .isEqualTo(texts(RECORDED));
  }

  @SuppressWarnings("SystemOut") // the one line that must not be missed
  private void make() throws IOException, InterruptedException {
    Path executable = Checkout.root().resolve("native/target/inuse");
    if (!Files.isExecutable(executable)) {
      System.out.println("DOCS: the answers SKIPPED: not built yet: " + executable);
      abort("not built yet: " + executable);
    }
    Path log = directory.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Checkout.root().resolve("docs/site/answers").toString(),
            directory.resolve("answers").toString());
    builder.environment().put("INUSE", executable.toString());
    int exit = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
    if (exit == SOMETHING_IS_MISSING) {
      System.out.println("DOCS: the answers SKIPPED: " + Checkout.text(log).strip());
      abort(Checkout.text(log));
    }
    assertThat(exit).as("%s", Checkout.text(log)).isZero();
  }

  private static Map<String, String> texts(Path answers) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(answers)) {
      files.forEach(file ->
          texts.put(
              file.getFileName().toString(),
              Checkout.text(file).replaceAll("\\d+", "N").replaceAll("\\s+", " ")));
    }
    return texts;
  }
}

package inuse.zoo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each of our commands in docs/coming-from.md does what it says. */
final class ComingFromTest extends Scenarios {
  private static final Path PAGE =
      Path.of(requireNonNull(System.getProperty("comparison.table"), "comparison.table"))
          .resolveSibling("coming-from.md");

  /** The second cell of a row. */
  private static final Pattern OURS = Pattern.compile("\\| `(inuse [^`]*)` \\| [^|]*\\|");

  ComingFromTest() {
    super(Way.EXECUTABLE);
  }

  static Stream<String> commands() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .flatMap(line -> OURS.matcher(line).results())
        .map((MatchResult row) -> row.group(1))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isDone(String command) {
    List<String> words =
        new ArrayList<>(List.of(command.replace("./server", "true").split(" ", -1)));
    words.removeFirst();
    words.replaceAll(word -> word.equals("PID") ? Long.toString(lab.pid()) : word);
    if (words.contains("--pid")) {
      Lab.requireRoot("cannot enter a network namespace");
    }
    if (hasSomebodyToMeet(words)) {
      lab.listener(8080);
    }

    Output output = lab.runThrough(words.toArray(String[]::new));

    assertThat(output.exitCode()).as("%s", output).isIn(expected(words));
  }

  /** Whoever waits for a free port would wait forever. */
  private static boolean hasSomebodyToMeet(List<String> words) {
    return switch (words.getFirst()) {
      case "wait" -> words.contains("--until");
      case "run" -> false;
      default -> true;
    };
  }

  private static List<Integer> expected(List<String> words) {
    return switch (words.getFirst()) {
      case "free" -> List.of(words.contains("--yes") || words.contains("--dry-run") ? 0 : 4);
      case "wait", "next", "run" -> List.of(0);
      default ->
          words.stream().anyMatch(word -> word.equals("8080") || word.equals("8080/tcp"))
              ? List.of(0)
              : List.of(0, 1);
    };
  }

  @Test
  void everyRowHasACommandOfOurs() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("|") && !line.startsWith("|-"))
            .filter(line -> !line.startsWith("| there "))
            .toList();

    assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row).containsPattern(OURS));
  }
}

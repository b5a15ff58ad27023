package inuse.zoo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The table in docs/comparison.md says what the scenarios of this run have shown. Runs after all of
 * them: who is isolated comes after those who are not, and of these the last is last: {@link
 * ClassOrderer.OrderAnnotation} is the default, in junit-platform.properties.
 */
@Isolated("it is about what all the others have shown")
@Order(Integer.MAX_VALUE)
final class ComparisonTest {
  private static final Path TABLE =
      Path.of(requireNonNull(System.getProperty("comparison.table"), "comparison.table"));

  @Test
  void theTableInTheDocumentationIsWhatThisRunHasShown() throws IOException {
    List<Comparison> comparisons = Comparison.all();
    String now = new ComparisonTable(comparisons).markdown();
    Files.writeString(Path.of("target", "comparison.md"), now);
    if (Boolean.getBoolean("comparison.write")) {
      Files.writeString(TABLE, now);
    }
    List<String> committed = ComparisonTable.judgements(Files.readString(TABLE));
    List<String> shown = ComparisonTable.judgements(now);
    String advice = "regenerate docs/comparison.md with mvn verify -Dcomparison.write=true";
    if (Skips.any()) {
      assertThat(committed).as(advice).containsAll(shown);
    } else {
      assertThat(shown).as(advice).containsExactlyElementsOf(committed);
    }
  }

  @Test
  void oursIsRightInEveryScenario() {
    assertThat(Comparison.all())
        .isNotEmpty()
        .allSatisfy(comparison ->
            assertThat(comparison.cells().get(Comparison.OURS))
                .as("%s: %s says who holds it", comparison.group(), comparison.scenario())
                .extracting(Comparison.Cell::judgement)
                .isEqualTo(Comparison.Judgement.RIGHT));
  }
}

package inuse.docs;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.render.Schema;
import inuse.rules.Checkout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The javadoc of a cause is its page for users. */
class CausePagesTest {
  private static final List<String> HEADINGS =
      List.of(
          "What it is",
          "Why bind fails",
          "How to see it yourself",
          "What to do",
          "What not to do",
          "Source");

  private static final Pattern SECTION =
      Pattern.compile("<h2>([^<]+)</h2>(.*?)(?=<h2>|\\*/)", Pattern.DOTALL);

  private static final Pattern ID =
      Pattern.compile("public String id\\(\\) \\{\\s+return ([^;]+);");

  private static final Pattern WORD = Pattern.compile("\"([a-z-]+)\"");

  static Stream<Path> causes() {
    return Checkout.files(path -> path.toString().contains("/explain/causes/")).stream()
        .filter(path -> ID.matcher(Checkout.text(path)).find());
  }

  @ParameterizedTest
  @MethodSource("causes")
  void hasTheSixHeadings(Path cause) {
    assertThat(headings(Checkout.text(cause))).as("%s", cause).isEqualTo(HEADINGS);
  }

  @Test
  void anEmptySectionIsNone() {
    assertThat(
            headings("/**\n * <h2>What it is</h2>\n *\n * <h2>Source</h2>\n *\n * bind(2).\n */"))
        .containsExactly("Source");
  }

  /** Every id that programs may meet is made by one file, and every file's id is told to them. */
  @Test
  void everyIdOfTheSchemaHasItsFile() {
    List<String> ids = new ArrayList<>();
    causes()
        .forEach(cause -> {
          Matcher id = ID.matcher(Checkout.text(cause));
          assertThat(id.find()).isTrue();
          WORD.matcher(id.group(1)).results().map(word -> word.group(1)).forEach(ids::add);
        });
    assertThat(ids).containsExactlyInAnyOrderElementsOf(idsOfTheSchema());
  }

  private static List<String> idsOfTheSchema() {
    String text = Schema.TEXT;
    int cause = text.indexOf("\"cause\": {");
    int from = text.indexOf("\"enum\": [", cause);
    String list = text.substring(from + 8, text.indexOf(']', from));
    return WORD.matcher(list).results().map(word -> word.group(1)).toList();
  }

  /** The headings of a page, those without text left out. */
  private static List<String> headings(String text) {
    List<String> headings = new ArrayList<>();
    Matcher section = SECTION.matcher(text);
    while (section.find()) {
      if (!section.group(2).replaceAll("[\\s*]", "").isEmpty()) {
        headings.add(section.group(1));
      }
    }
    return headings;
  }
}

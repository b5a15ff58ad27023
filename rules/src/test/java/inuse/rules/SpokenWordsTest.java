package inuse.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users read is in the words that people say today. */
class SpokenWordsTest {
  private static final String PAGES = "core/src/main/java/inuse/core/explain/causes/";

  /** Where such a word is a name: the user {@code nobody}, a word of the JSON. */
  private static final List<Predicate<SpokenWords.Found>> NAMES =
      List.of(
          found -> found.text().contains("User=nobody"),
          found -> found.file().endsWith("list/Keeper.java") && found.text().equals("nobody"),
          found ->
              found.file().endsWith("ListSchema.java") && found.text().contains("swarm-service"));

  @TempDir private Path directory;

  @Test
  void theProgramSaysNoWordThatIsOutOfUse() throws IOException {
    List<Path> sources =
        Checkout.files(path ->
            path.toString()
                .matches(
                    ".*/(core|cli|render|run|mcp|record|serve|jvm|native|client|junit|spring-boot|maven-plugin)/src/main/.*\\.java"));
    assertThat(sources).hasSizeGreaterThan(300);

    assertThat(words(SpokenWords.inJava(sources, false))).isEmpty();
  }

  @Test
  void thePagesAreWithoutSuchWords() throws IOException {
    List<Path> causes =
        Checkout.files(path ->
            path.startsWith(Checkout.root().resolve(PAGES)) && path.toString().endsWith(".java"));
    assertThat(causes).hasSizeGreaterThan(25);
    List<SpokenWords.Found> found = new ArrayList<>(SpokenWords.inJava(causes, true));
    List<Path> texts = Checkout.files(SpokenWordsTest::isForUsers);
    assertThat(texts).hasSizeGreaterThan(40);
    texts.forEach(file ->
        found.addAll(SpokenWords.inText(Checkout.relative(file).toString(), Checkout.text(file))));

    assertThat(words(found)).isEmpty();
  }

  @Test
  void aPlantedWordIsFound() throws IOException {
    Path planted =
        Files.writeString(
            Checkout.root().resolve(directory).resolve("Planted.java"),
            """
            /** Whoever reads this. */
            class Planted {
              // somebody
              String one = "it is likewise held, " + "and \\"nobody\\" knows";
            }
            """);

    assertThat(SpokenWords.inJava(List.of(planted), true).stream().map(SpokenWords.Found::word))
        .containsExactlyInAnyOrder("whoever", "likewise", "nobody");
    assertThat(SpokenWords.inJava(List.of(planted), false)).hasSize(2);
    assertThat(SpokenWords.inText("a", "Somebody has it\nNobodys")).hasSize(1);
  }

  private static List<String> words(List<SpokenWords.Found> found) {
    return found.stream()
        .filter(one -> NAMES.stream().noneMatch(name -> name.test(one)))
        .map(SpokenWords.Found::toString)
        .toList();
  }

  private static boolean isForUsers(Path path) {
    String file = Checkout.relative(path).toString();
    return file.equals("README.md")
        || file.matches("docs/(guide|explain|answers|languages)/.*\\.(md|txt)")
        // The rows of docs/comparison.md are the names of tests.
        || (file.matches("docs/[a-z-]+\\.md") && !file.equals("docs/comparison.md"))
        || file.matches("(examples|packaging)/.*\\.(md|sh|service)");
  }
}

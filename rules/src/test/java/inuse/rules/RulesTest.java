package inuse.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules that the text itself shows. */
class RulesTest {
  private static final Pattern SOURCES = Pattern.compile("^(java/)?[^/]+/src/(main|test)/java\\b");

  /** Lines of a file of the product: a class with more has more than one subject. */
  private static final int MOST_LINES = 350;

  /** Tables: one entry after the other. They may have more. */
  private static final Set<String> TABLES =
      Set.of(
          "core/src/main/java/inuse/core/tune/Setting.java",
          "kernel/src/main/java/inuse/kernel/RawSystemCalls.java",
          "kernel/src/main/java/inuse/kernel/SystemCalls.java",
          "kernel/src/main/java/inuse/kernel/abi/Constants.java",
          "render/src/main/java/inuse/render/Schema.java");

  /** Each pattern is written so that it does not match itself. */
  enum Rule {
    FINISHED_OR_NOT_THERE("\\b(TO[D]O|FIXM[E]|XX[X])\\b", "// " + "TO" + "DO: later"),
    CAUGHT_BY_NAME("catch \\((final )?Exceptio[n]\\b", "catch (" + "Exception e)"),
    WAITING_FOR_SOMETHING("Thread[.]sleep|TimeUnit[.]\\w+[.]sleep", "Thread" + ".sleep(1)"),
    NO_MACHINE_OF_OURS("/wor[k]/|/tm[p]/wt-|/hom[e]/(?!alice|app)\\w", "/wo" + "rk/main");

    final Pattern forbidden;
    final String planted;

    Rule(String forbidden, String planted) {
      this.forbidden = Pattern.compile(forbidden);
      this.planted = planted;
    }

    List<String> violations(String name, String text) {
      List<String> found = new ArrayList<>();
      Matcher matcher = forbidden.matcher(text);
      while (matcher.find()) {
        long line = 1 + text.substring(0, matcher.start()).chars().filter(c -> c == '\n').count();
        found.add(name + ":" + line + ": " + matcher.group());
      }
      return found;
    }
  }

  @ParameterizedTest
  @EnumSource
  void holdsInEveryFile(Rule rule) {
    List<Path> files = Checkout.files(RulesTest::isText);
    assertThat(files).hasSizeGreaterThan(10);
    assertThat(
            files.stream()
                .flatMap(file ->
                    rule
                        .violations(Checkout.relative(file).toString(), Checkout.text(file))
                        .stream()))
        .as("%s, forbidden: %s", rule, rule.forbidden)
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void firesOnAPlantedViolation(Rule rule) {
    assertThat(rule.violations("planted", "fine\n" + rule.planted))
        .singleElement()
        .asString()
        .startsWith("planted:2: ");
  }

  @Test
  void everyPomHasTheVersionOfTheRoot() {
    Pattern firstVersion = Pattern.compile("<version>([^<]+)</version>");
    List<String> versions =
        Checkout.files(path -> path.endsWith("pom.xml")).stream()
            .flatMap(pom ->
                firstVersion.matcher(Checkout.text(pom)).results().limit(1).map(m -> m.group(1)))
            .toList();
    assertThat(versions).hasSizeGreaterThan(5);
    assertThat(versions.stream().distinct()).hasSize(1);
  }

  @Test
  void errorProneAndNullAwayGoThroughTheSourcesOfEveryModule() {
    Set<String> sources = new TreeSet<>();
    for (Path file : Checkout.javaFiles()) {
      Matcher directory = SOURCES.matcher(Checkout.relative(file).toString());
      if (directory.find()) {
        sources.add(directory.group());
      }
    }
    String lint = Checkout.text(Checkout.root().resolve("lint/pom.xml"));
    assertThat(sources).hasSizeGreaterThan(30);
    assertThat(notIn(lint, sources)).isEmpty();
    assertThat(notIn(lint, Set.of("planted/src/main/java"))).hasSize(1);
  }

  private static List<String> notIn(String lint, Set<String> sources) {
    return sources.stream()
        .filter(one -> !lint.contains("<source>../" + one + "</source>"))
        .toList();
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> marked =
        Checkout.files(path -> path.endsWith("package-info.java")).stream()
            .map(Checkout::text)
            .filter(text -> text.contains("@NullMarked"))
            .flatMap(text -> packageOf(text).stream())
            .toList();
    List<String> unmarked =
        Checkout.javaFiles().stream()
            .map(Checkout::text)
            .flatMap(text -> packageOf(text).stream())
            .distinct()
            .filter(name -> !marked.contains(name))
            .toList();
    assertThat(unmarked).as("packages without @NullMarked in a package-info.java").isEmpty();
  }

  @Test
  void onlyATableHasMoreLinesThanOneSubjectNeeds() {
    Set<String> names = new TreeSet<>();
    List<String> found = new ArrayList<>();
    for (Path file : Checkout.javaFiles()) {
      String name = Checkout.relative(file).toString();
      names.add(name);
      found.addAll(tooLong(name, Checkout.text(file)));
    }
    assertThat(found).as("files of more than %d lines that are no tables", MOST_LINES).isEmpty();
    assertThat(names).as("tables: one entry after the other").containsAll(TABLES);
  }

  @ParameterizedTest
  @CsvSource({
    "kernel/src/main/java/planted/Long.java, 351, 1",
    "java/client/src/main/java/planted/Long.java, 351, 1",
    "kernel/src/main/java/planted/Long.java, 350, 0",
    "kernel/src/main/java/inuse/kernel/SystemCalls.java, 351, 0",
    "kernel/src/main/java/planted/SystemCalls.java, 351, 1",
    "kernel/src/test/java/planted/LongTest.java, 351, 0"
  })
  void aFileOf351LinesIsFoundUnlessItIsATableOrATest(String name, int lines, int found) {
    assertThat(tooLong(name, "// planted\n".repeat(lines))).hasSize(found);
  }

  private static List<String> tooLong(String name, String text) {
    long lines = text.lines().count();
    return name.contains("src/main/java/") && lines > MOST_LINES && !TABLES.contains(name)
        ? List.of(name + ": " + lines)
        : List.of();
  }

  private static Optional<String> packageOf(String source) {
    return Pattern.compile("(?m)^package ([a-z0-9.]+);")
        .matcher(source)
        .results()
        .map(m -> m.group(1))
        .findFirst();
  }

  private static boolean isText(Path path) {
    String name = path.toString();
    return Stream.of(".java", ".md", ".xml", ".c", ".h", ".sh").anyMatch(name::endsWith)
        || name.endsWith("/inuse")
        || name.endsWith("/bench/run")
        || name.endsWith("/.ci/run");
  }
}

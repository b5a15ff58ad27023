package inuse.zoo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every claim of docs/advice.md has its experiment, and every experiment its claim. */
final class AdviceTest {
  private static final Path PAGE =
      Path.of(requireNonNull(System.getProperty("comparison.table"), "comparison.table"))
          .resolveSibling("advice.md");

  /** At the end of a claim: the method that shows it. */
  private static final Pattern SHOWN = Pattern.compile("<br>`([a-z]\\w+)`");

  private static final String NEVER = "never";

  @Test
  void everyClaimOfTheTableHasItsExperiment() throws IOException {
    assertThat(flaws(Files.readAllLines(PAGE), experiments())).isEmpty();
  }

  @Test
  void aRowWithoutAnExperimentIsFound() throws IOException {
    List<String> planted = new ArrayList<>(Files.readAllLines(PAGE));
    planted.add("| pull the plug | always<br>`thePlugIsPulled` | where there is a battery |");

    assertThat(flaws(planted, experiments()))
        .containsExactly(
            "no such experiment, or twice: thePlugIsPulled",
            "pull the plug: no experiment shows: where there is a battery");
  }

  @Test
  void anExperimentWithoutItsRowIsFound() throws IOException {
    List<String> more = new ArrayList<>(experiments());
    more.add("thePlugIsPulled");

    assertThat(flaws(Files.readAllLines(PAGE), more)).containsExactly("in no row: thePlugIsPulled");
  }

  private static List<String> flaws(List<String> page, List<String> experiments) {
    List<String> flaws = new ArrayList<>();
    List<String> left = new ArrayList<>(experiments);
    for (String row : page) {
      String[] cells = row.split("(?<!\\\\)\\|", -1);
      if (cells.length != 5 || cells[1].isBlank() || cells[1].contains("---")) {
        continue;
      }
      for (String claim : List.of(cells[2].strip(), cells[3].strip())) {
        List<String> shown = SHOWN.matcher(claim).results().map(one -> one.group(1)).toList();
        if (shown.isEmpty() && !claim.equals(NEVER) && !cells[1].strip().equals("advice")) {
          flaws.add("%s: no experiment shows: %s".formatted(cells[1].strip(), claim));
        }
        for (String name : shown) {
          if (!left.remove(name)) {
            flaws.add("no such experiment, or twice: " + name);
          }
        }
      }
    }
    left.forEach(name -> flaws.add("in no row: " + name));
    return flaws;
  }

  /** The tests of all classes whose name ends as that of this one. */
  private static List<String> experiments() throws IOException {
    URL here = requireNonNull(AdviceTest.class.getResource("AdviceTest.class"));
    try (Stream<Path> classes = Files.list(requireNonNull(Path.of(here.toURI()).getParent()))) {
      return classes
          .map(file -> requireNonNull(file.getFileName()).toString())
          .filter(name -> name.endsWith("AdviceTest.class") && !name.equals("AdviceTest.class"))
          .flatMap(name -> methods(name.replace(".class", "")))
          .collect(Collectors.toCollection(TreeSet::new))
          .stream()
          .toList();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static Stream<String> methods(String name) {
    try {
      Class<?> type = Class.forName(AdviceTest.class.getPackageName() + "." + name);
      return Arrays.stream(type.getDeclaredMethods())
          .filter(method ->
              method.isAnnotationPresent(Test.class)
                  || method.isAnnotationPresent(ParameterizedTest.class))
          .map(Method::getName);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}

package inuse.rules;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.planted.api.Promised;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each module promises stands in a file, so that a change of it is seen and meant. */
class ApiTest {
  private static final String FIX =
      "mvn -B -pl rules -am test -Dtest=ApiTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dapi.fix=true";

  static Set<String> names() {
    return Modules.ours().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void isAsItsFileSays(String module) throws IOException {
    List<String> lines = PublicApi.of(requireNonNull(Modules.ours().get(module)));
    Path file = file(module);
    if (Boolean.getBoolean("api.fix")) {
      Files.createDirectories(requireNonNull(file.getParent()));
      Files.write(file, lines);
      return;
    }
    assertThat(differences(Files.readAllLines(file), lines))
        .as("of %s; if that is meant, rewrite it: %s", Checkout.relative(file), FIX)
        .isEmpty();
  }

  @Test
  void everyLibraryModuleHasAFile() {
    assertThat(names())
        .containsExactly("inuse.core", "inuse.java", "inuse.junit", "inuse.kernel", "inuse.render");
  }

  @Test
  void whatIsAddedAndWhatIsGoneIsTold() {
    List<String> before = PublicApi.of(Stream.of(Promised.class));
    List<String> after = new ArrayList<>(before);
    after.remove("    public abstract int size()");
    after.add("    public abstract long size()");

    assertThat(differences(before, before)).isEmpty();
    assertThat(differences(before, after))
        .containsExactly(
            "-inuse.planted.api.Promised: public abstract int size()",
            "+inuse.planted.api.Promised: public abstract long size()");
  }

  @Test
  void aTypeShowsWhatOthersCanUseOfIt() {
    assertThat(
            PublicApi.of(
                Stream.concat(
                    Stream.of(Promised.class), Stream.of(Promised.class.getDeclaredClasses()))))
        .containsExactly(
            "public sealed interface inuse.planted.api.Promised<T extends Comparable<T>> permits"
                + " inuse.planted.api.Promised.Kept",
            "    public abstract int size()",
            "    public default java.util.List<? extends T> all(int, String...)",
            "    public static <U extends Comparable<U>> inuse.planted.api.Promised<U> of(U) throws"
                + " java.io.IOException",
            "public record inuse.planted.api.Promised.Kept<T extends Comparable<T>> implements"
                + " inuse.planted.api.Promised<T>",
            "    public Kept(int, T)",
            "    public T value()",
            "    public int size()",
            "    public static final int MOST");
  }

  /** In the directory of the module whose name it has. */
  private static Path file(String module) {
    Pattern named = Pattern.compile("(?m)^module " + Pattern.quote(module) + " ");
    List<Path> sources =
        Checkout.files(path ->
            path.endsWith("src/main/java/module-info.java")
                && named.matcher(Checkout.text(path)).find());
    assertThat(sources).as("sources of %s", module).hasSize(1);
    Path directory = requireNonNull(sources.get(0).resolve("../../../..").normalize());
    return directory.resolve("api/" + module.replace('.', '-') + ".api");
  }

  /** A member is told with its type. */
  private static List<String> differences(List<String> before, List<String> after) {
    List<String> gone = new ArrayList<>(withTypes(before));
    List<String> added = new ArrayList<>(withTypes(after));
    gone.removeAll(withTypes(after));
    added.removeAll(withTypes(before));
    return Stream.concat(
            gone.stream().map(line -> "-" + line), added.stream().map(line -> "+" + line))
        .toList();
  }

  private static List<String> withTypes(List<String> lines) {
    List<String> all = new ArrayList<>();
    String type = "";
    for (String line : lines) {
      if (line.startsWith(" ")) {
        all.add(type + ": " + line.strip());
      } else {
        type = line.replaceFirst(".*?(inuse\\.[\\w.]+).*", "$1");
        all.add(line);
      }
    }
    return all;
  }
}

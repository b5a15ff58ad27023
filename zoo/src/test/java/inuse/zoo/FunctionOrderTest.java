package inuse.zoo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a recorder and short answers use stands together in the executable: one that runs for months
 * has little of it in memory. The list of it ages as functions come and go.
 */
final class FunctionOrderTest {
  private static final Path C = Path.of(System.getProperty("inuse.c"));
  private static final Path LINK = Path.of(System.getProperty("inuse.link"));
  private static final Pattern DEFINED =
      Pattern.compile("^\\w[^(\n]*?(\\w+)\\([^\n]*\\) \\{$", Pattern.MULTILINE);

  /** Name, type, address, offset and size. */
  private static final Pattern SECTION =
      Pattern.compile("^ *\\[ *\\d+\\] (\\S+) +\\S+ +\\w+ \\w+ (\\w+)", Pattern.MULTILINE);

  /** Of a hundred functions that it names. */
  private static final int ARE_STILL_THERE = 90;

  @Test
  void theListNamesFunctionsThatAreThere() throws IOException {
    Set<String> defined = defined();
    List<String> aged = listed().stream().map(one -> one.replace("meth_", "meth_x")).toList();

    assertThat(stillThere(aged, defined)).isLessThan(ARE_STILL_THERE);
    assertThat(stillThere(listed(), defined))
        .as("percent of the listed functions that are there; native/src/main/sh/order lists anew")
        .isGreaterThanOrEqualTo(ARE_STILL_THERE);
  }

  @Test
  void theListedFunctionsAndClassesStandApart() throws IOException {
    Map<String, Long> sizes = sections(Programs.EXECUTABLE);

    assertThat(size(sizes, ".text.used"))
        .isBetween(size(sizes, ".text") / 8, size(sizes, ".text") / 2);
    assertThat(size(sizes, ".data.used")).isBetween(1L, size(sizes, ".data") / 10);
  }

  private static long size(Map<String, Long> sizes, String section) {
    return requireNonNull(sizes.get(section), section);
  }

  private static long stillThere(List<String> listed, Set<String> defined) {
    return 100 * listed.stream().filter(defined::contains).count() / listed.size();
  }

  private static List<String> listed() throws IOException {
    Path file = LINK.resolveSibling("../c/functions.txt").normalize();
    return Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
  }

  private static Set<String> defined() throws IOException {
    try (Stream<Path> ours = Files.walk(LINK.resolveSibling("../c").normalize());
        Stream<Path> written = Files.walk(C)) {
      return Stream.concat(ours, written)
          .filter(file -> file.toString().endsWith(".c"))
          .flatMap(file -> DEFINED.matcher(text(file)).results().map(found -> found.group(1)))
          .collect(Collectors.toSet());
    }
  }

  /** The size of each section, in bytes. */
  private static Map<String, Long> sections(Path executable) {
    String readelf = Lab.requireProgram("readelf");
    Output read = Output.of(List.of(readelf, "--section-headers", "--wide", executable.toString()));
    assertThat(read.exitCode()).as("%s", read).isZero();
    Map<String, Long> sizes = new HashMap<>();
    SECTION
        .matcher(read.standardOutput())
        .results()
        .forEach(found -> sizes.put(found.group(1), Long.parseLong(found.group(2), 16)));
    return sizes;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

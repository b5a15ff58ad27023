package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual page, as man(1) shows it. */
final class ManPageTest {
  @TempDir private Path directory;

  private Path page = Path.of("");

  private static String inuse(String... words) {
    List<String> line = new ArrayList<>(List.of(Programs.EXECUTABLE.toString()));
    line.addAll(List.of(words));
    return Output.of(line).standardOutput();
  }

  @BeforeEach
  void write() throws IOException {
    page = Files.writeString(directory.resolve("inuse.1"), inuse("man"));
  }

  private Output shown(Path file) {
    return Output.of(
        List.of(
            "env",
            "MANWIDTH=80",
            "LC_ALL=C.UTF-8",
            Lab.requireProgram("man"),
            "--warnings=w",
            "-l",
            file.toString()));
  }

  @Test
  void itIsShownWithoutAWarningInEightyColumns() {
    Output shown = shown(page);

    assertThat(shown.exitCode()).as("%s", shown).isZero();
    assertThat(shown.standardError()).isEmpty();
    assertThat(shown.standardOutput()).contains("inuse - why is this port in use");
    assertThat(shown.standardOutput().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  /** What is wrong with a page would be told. */
  @Test
  void aRequestThatDoesNotExistIsWarnedOf() throws IOException {
    Path wrong =
        Files.writeString(directory.resolve("wrong.1"), Files.readString(page) + ".NoSuch x\n");

    assertThat(shown(wrong).standardError()).contains("NoSuch");
  }

  @Test
  void everyOptionOfEveryHelpIsInIt() {
    String text = shown(page).standardOutput();

    for (String verb : List.of("", "free", "wait", "next", "run", "explain")) {
      String help = verb.isEmpty() ? inuse("help", "ask") : inuse(verb, "--help");
      assertThat(
              Pattern.compile("^ {2,8}(-., )?(--[a-z0-9-]+)", Pattern.MULTILINE)
                  .matcher(help)
                  .results())
          .isNotEmpty()
          .allSatisfy(option -> assertThat(text).contains(option.group(2)));
    }
  }
}

package inuse.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A command line that does not fit is still one command line. */
final class ShellLinesTest {
  private static final int MARGIN = 9;

  @Test
  void aLineThatFitsStays() {
    assertThat(ShellLines.of("inuse free 8080", 40, MARGIN)).isEqualTo("inuse free 8080");
  }

  @Test
  void itIsBrokenBetweenWords() {
    assertThat(ShellLines.of("sudo inuse --netns /run/netns/blue free 8080", 40, MARGIN))
        .isEqualTo(
            """
            sudo inuse --netns \\
                     /run/netns/blue free 8080\
            """);
  }

  @Test
  void aWordThatIsTooWideIsBrokenWhereNothingIsAddedToIt() {
    assertThat(ShellLines.of("rm '/tmp/" + "a".repeat(30) + "  fix    curl'", 40, MARGIN))
        .isEqualTo("rm \\\n         '/tmp/" + "a".repeat(23) + "'\\\n'aaaaaaa  fix    curl'");
    assertThat(ShellLines.of("rm /tmp/" + "a".repeat(40), 40, MARGIN))
        .isEqualTo("rm \\\n         /tmp/" + "a".repeat(24) + "\\\n" + "a".repeat(16));
  }

  @Test
  void aShellReadsTheSameWords() throws IOException, InterruptedException {
    Random random = new Random(20261128);
    StringBuilder script = new StringBuilder();
    StringBuilder wanted = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      int columns = 40 + random.nextInt(60);
      List<String> words = words(random);
      String line = "printf '%s\\n' " + InuseLine.shell(words);
      String lines = ShellLines.of(line, columns, MARGIN);
      assertThat(lines.lines().map(String::length))
          .first()
          .satisfies(first -> assertThat(first).isLessThanOrEqualTo(columns - MARGIN));
      assertThat(lines.lines().skip(1)).allMatch(one -> one.length() <= columns);
      script.append(lines).append('\n');
      words.forEach(word -> wanted.append(word).append('\n'));
    }
    Process shell = new ProcessBuilder("sh", "-c", script.toString()).start();

    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo(wanted.toString());
    assertThat(shell.waitFor()).isZero();
  }

  private static List<String> words(Random random) {
    List<String> words = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      StringBuilder word = new StringBuilder();
      for (int j = random.nextInt(120); j > 0; j--) {
        word.append("ab/ '\\\"$`;|".charAt(random.nextInt(11)));
      }
      words.add(word.toString());
    }
    return words;
  }
}

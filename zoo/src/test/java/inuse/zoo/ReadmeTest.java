package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The first screen of the README happens as it is told. */
@ParameterizedClass(name = "{0}")
@EnumSource
final class ReadmeTest extends Scenarios {
  private static final String SERVER = "$ python3 -m http.server 8080";
  private static final String QUESTION = "$ ./inuse 8080";

  private final Way way;

  ReadmeTest(Way way) {
    super(way);
    this.way = way;
  }

  @Test
  void aServerThatCannotStartFailsAsTheReadmeShows() throws IOException {
    String python = Lab.requireProgram("python3");
    lab.startForeign(python, "-u", "-m", "http.server", "8080");
    lab.awaitState(8080, "LISTEN");

    Running second = lab.startForeign(python, "-m", "http.server", "8080");

    second.awaitLine(after(SERVER).getFirst());
  }

  @Test
  void theAnswerIsTheOneTheReadmeShows() throws IOException {
    lab.startForeign(Lab.requireProgram("python3"), "-m", "http.server", "8080");
    lab.awaitState(8080, "LISTEN");

    List<String> answer =
        new QuestionAssert(lab, way, "8080").run().standardOutput().lines().toList();

    List<String> seen = answer.stream().filter(line -> !line.startsWith("  unseen")).toList();
    assertThat(common(seen)).isEqualTo(common(after(QUESTION)));
  }

  /** The lines of the README that follow a command, up to the next empty one. */
  private static List<String> after(String command) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..", "README.md"));
    int from = lines.indexOf("    " + command) + 1;
    assertThat(from).as("%s in the README", command).isPositive();
    return lines.subList(from, lines.size()).stream()
        .takeWhile(line -> line.startsWith("    "))
        .map(line -> line.substring(4))
        .toList();
  }

  /**
   * The words of an answer, which the README folds as a terminal of 80 columns does, without what
   * differs from one machine, user and minute to the next.
   */
  private static String common(List<String> lines) {
    return String.join(" ", lines)
        .replaceAll("\\s+", " ")
        .replaceAll("who .*python3[0-9.]* -m", "who python3 -m")
        .replaceAll("started .* why", "started some time ago, by somebody, somewhere why")
        .replaceAll("\\d\\d+, \\w+\\)", "PID, USER)")
        .replaceAll("pid \\d+ of \\w+", "pid PID of USER")
        .replaceAll("kill \\d+", "kill PID");
  }
}

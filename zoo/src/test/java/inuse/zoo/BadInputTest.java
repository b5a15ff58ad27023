package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that make no sense, and the few that ask no question. */
@ParameterizedClass(name = "{0}")
@EnumSource
@ExtendWith(Skips.class)
final class BadInputTest {
  @Parameter Way way = Way.EXECUTABLE;

  private Output inuse(String... arguments) {
    List<String> command = new ArrayList<>(way.command());
    command.addAll(List.of(arguments));
    return Output.of(command);
  }

  /**
   * Each line says what is wrong (it quotes the input) and what would be right (it shows something
   * to type).
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "99999",
        "65536",
        "-1",
        "foo:bar",
        "1.2.3:80",
        "",
        " ",
        "--frobnicate",
        "no-such-service",
        "8080-",
        "9-8",
        "tcp/",
        "sctp/80",
        "[::1]",
        "[::1:80",
        "127.0.0.1:",
        "256.0.0.1:80",
        "8080/udp/tcp",
        "udp/tcp/80",
        "99999999999999999999",
        "8080\u001b[31m",
        "ünïcode"
      })
  void nonsenseIsAnsweredInOneLineOnStandardError(String nonsense) {
    Output output = inuse(nonsense);
    output.assertRefused(2);
    assertThat(output.standardError())
        .as("%s", output)
        .contains(nonsense.replace("\u001b", "").length() == nonsense.length() ? nonsense : "31m")
        .containsPattern("8080|127\\.0\\.0\\.1|--help|inuse help|65535|bare port|udp/53");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[fe80::1%nosuch0]:80"})
  void theScopeOfAnInterfaceThatIsNotHereIsSaidToBe(String target) {
    Output output = inuse(target);

    assertThat(output.exitCode()).as("%s", output).isEqualTo(3);
    assertThat(output.standardOutput())
        .as("%s", output)
        .contains(target)
        .contains("there is no such interface");
  }

  /** A pipe without a writer: opening it plainly would wait forever. */
  @ParameterizedTest
  @ValueSource(strings = {"--netns=%s 8080", "free --under=%s 8080", "free --netns=%s 8080"})
  void aPipeWhereAFileOrDirectoryIsMeantIsAnErrorAtOnce(String words, @TempDir Path directory) {
    Path pipe = directory.resolve("pipe");
    assertThat(Output.of(List.of("mkfifo", pipe.toString())).exitCode()).isZero();

    for (String path : List.of(pipe.toString(), "/dev/tty", "/dev/null")) {
      inuse(words.formatted(path).split(" ", -1)).assertRefused(2);
    }
  }

  @Test
  void aProgramThatIsAPipeIsNotReadForItsInterpreter(@TempDir Path directory) {
    Path pipe = directory.resolve("pipe");
    assertThat(Output.of(List.of("mkfifo", "-m", "755", pipe.toString())).exitCode()).isZero();

    Output output = inuse("--for", pipe.toString(), "8080");
    assertThat(output.exitCode()).as("%s", output).isIn(0, 1);
  }

  @Test
  void oneBadTargetAmongGoodOnesRefusesThemAll() {
    Output output = inuse("8080", "99999");
    output.assertRefused(2);
    assertThat(output.standardError()).contains("99999");
  }

  @Test
  void noArgumentIsAnsweredWithTheListOfWhatIsBound() {
    Output output = inuse();
    // Whatever this machine has bound.
    assertThat(output.exitCode()).as("%s", output).isIn(0, 1);
    assertThat(output.standardOutput().isEmpty()).isEqualTo(output.exitCode() == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999", "--frobnicate", "", "@"})
  void inJsonTheErrorIsADocumentOnStandardOutput(String nonsense) {
    Output output = inuse("--json", nonsense);
    JsonObject document = AnswerAssert.json(output);
    JsonObject error = document.getAsJsonObject("error");
    assertThat(document.get("schema").getAsString()).isEqualTo("inuse.error/1");
    assertThat(error.get("code").getAsInt()).isEqualTo(2);
    assertThat(error.get("message").getAsString()).contains(nonsense);
    assertThat(error.get("instead").getAsString()).isNotBlank();
    assertThat(output.exitCode()).isEqualTo(2);
  }

  @Test
  void helpIsOnStandardOutput() {
    Output output = inuse("--help");
    assertThat(output.exitCode()).isZero();
    assertThat(output.standardError()).isEmpty();
    assertThat(output.standardOutput())
        .contains("8080")
        .contains("inuse free")
        .contains("inuse help topics");
  }

  @Test
  void theVersionIsOneLine() {
    Output output = inuse("--version");
    assertThat(output.exitCode()).isZero();
    assertThat(output.standardError()).isEmpty();
    assertThat(output.standardOutput()).matches("inuse [0-9]+\\.[0-9]+\\.[0-9]+\n");
  }

  @Test
  void theSchemaIsAJsonSchema() {
    Output output = inuse("schema");
    assertThat(output.exitCode()).isZero();
    assertThat(output.standardError()).isEmpty();
    assertThat(AnswerAssert.json(output).keySet()).as("%s", output).contains("$schema");
  }

  @Test
  void theSchemaRefusesAnAnswerThatBreaksTheContract() {
    Output output = inuse("--json", "--no-probe", "8080");
    PublishedSchema schema = PublishedSchema.of(way);
    schema.assertAllows(output);
    Map.of(
            "\"unknown\"",
            "\"perhaps\"",
            "\"verdict\"",
            "\"judgement\"",
            "\"probes\": []",
            "\"probes\": 7")
        .forEach((right, wrong) -> {
          assertThat(output.standardOutput()).contains(right);
          assertThat(schema.complaints(output.standardOutput().replace(right, wrong)))
              .as("%s", wrong)
              .isNotEmpty();
        });
  }
}

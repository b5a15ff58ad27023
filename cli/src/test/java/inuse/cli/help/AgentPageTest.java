package inuse.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.cli.line.Arguments;
import inuse.cli.line.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files for projects whose coding agents use inuse. */
final class AgentPageTest {
  private static final Path EXAMPLES = Path.of("../examples/agents");

  private static String printed(String word) {
    FakeHost host = new FakeHost();
    assertThat(host.run("hook", word)).isZero();
    return host.kernel.stdout();
  }

  @Test
  void theExamplesAreWhatIsPrinted() throws IOException {
    assertThat(EXAMPLES.resolve("SKILL.md"))
        .as("regenerate it: inuse hook skill > examples/agents/SKILL.md")
        .hasContent(printed("skill"));
    assertThat(EXAMPLES.resolve("AGENTS.md"))
        .as("regenerate it: inuse hook agents > examples/agents/AGENTS.md")
        .hasContent(printed("agents"));
    assertThat(Files.readString(EXAMPLES.resolve("SKILL.md"))).startsWith("---\nname: inuse\n");
  }

  @Test
  void aSkillIsShort() {
    assertThat(printed("skill").lines().count()).isLessThanOrEqualTo(40);
    assertThat(printed("agents").lines().count()).isLessThanOrEqualTo(40);
  }

  @Test
  void eachLineIsOneOfInuse() {
    for (Example line : AgentPage.lines()) {
      List<String> words = List.of(line.line().substring("inuse ".length()).split(" ", -1));
      assertThat(Arguments.parse(words))
          .as(line.line())
          .isInstanceOfSatisfying(
              Arguments.Given.class,
              given -> {
                assertThat(given.verb()).isEqualTo(line.verb());
                assertThat(given.words().isEmpty())
                    .isEqualTo(line.line().contains("left-over") || line.verb() == Verb.LIST);
              });
    }
  }

  /** What acts is limited to the agent's directory in each line that is taught. */
  @Test
  void nothingIsEndedElsewhere() {
    assertThat(AgentPage.lines().stream().filter(line -> line.verb() == Verb.FREE))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.line()).contains("--under ."));
  }
}

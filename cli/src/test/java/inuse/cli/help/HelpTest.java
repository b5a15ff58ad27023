package inuse.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.line.Option;
import inuse.cli.line.Verb;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The help, command by command. */
final class HelpTest {
  private static final List<Verb> TAKE_TARGETS =
      List.of(Verb.ASK, Verb.FREE, Verb.WAIT, Verb.NEXT, Verb.HOLD, Verb.RUN);

  private static final List<Verb> TAKE_TIMES =
      List.of(Verb.ASK, Verb.LIST, Verb.FREE, Verb.WAIT, Verb.HOLD, Verb.RUN);

  private static List<String> named(String help) {
    return Arrays.stream(help.split("\\s+", -1))
        .filter(word -> word.startsWith("--"))
        .map(word -> word.replaceAll("[^a-z0-9-]", ""))
        .toList();
  }

  private static Stream<String> rows(Verb verb) {
    return Help.text(verb).lines().filter(line -> line.matches(" {2}(-.,| {3}) --.*"));
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void theHelpOfACommandNamesExactlyItsOptions(Verb verb) {
    List<String> own =
        Arrays.stream(Option.values())
            .filter(option -> option.verbs().contains(verb))
            .map(Option::word)
            .toList();

    assertThat(rows(verb).map(row -> named(row).getFirst()))
        .containsExactlyInAnyOrderElementsOf(own);
    assertThat(named(Help.text(verb))).allMatch(word -> word.equals("--") || own.contains(word));
  }

  @Test
  void optionsOfOneKindStandTogetherAndThoseOfTheCommandFirst() {
    assertThat(rows(Verb.FREE).map(row -> named(row).getFirst()))
        .startsWith("--yes", "--dry-run", "--grace")
        .containsSubsequence("--timeout", "--reuseaddr", "--netns", "--verbose", "--help");
    assertThat(Help.text(Verb.FREE))
        .contains("\n\nthe server that is asked for:\n      --reuseaddr ")
        .contains("\n\nwhere it is asked:\n      --netns ")
        .contains("\n\noutput:\n  -v, --verbose ");
  }

  @Test
  void thereIsAnExampleForEachCommandThatTakesWords() {
    for (Verb verb : Verb.values()) {
      boolean takes = !verb.operands().isEmpty() || verb == Verb.TUNE || verb == Verb.MCP;
      assertThat(Example.of(verb).isEmpty()).as(verb.line()).isEqualTo(!takes);
    }
    assertThat(Help.text(Verb.RUN)).contains("\n  inuse -- ./server  ");
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void itFitsInEightyColumnsAndSaysWhatItEndsWith(Verb verb) {
    String help = Help.text(verb);

    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    assertThat(help)
        .contains(verb == Verb.RUN ? "exit status: that of COMMAND" : "exit status: 0 ")
        .endsWith("\n")
        .contains("usage: inuse");
    assertThat(help.lines().noneMatch(line -> line.endsWith(" "))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void timesAreExplainedWhereTheyAreAskedFor(Verb verb) {
    String help = Help.text(verb);

    assertThat(help.contains("TIME is")).isEqualTo(TAKE_TIMES.contains(verb));
    assertThat(help.contains("TARGET is")).isEqualTo(TAKE_TARGETS.contains(verb));
  }

  @ParameterizedTest
  @EnumSource(Verb.class)
  void everyCommandIsATopic(Verb verb) {
    assertThat(Help.text(Verb.ASK, "topics"))
        .contains("  " + (verb == Verb.ASK ? "ask" : verb.word()) + "  ")
        .contains(verb.help());
    assertThat(Help.text(Verb.ASK, ""))
        .doesNotContain("inuse schema")
        .contains("inuse free TARGET");
  }

  /** Of 24 lines one is the prompt's. */
  @ParameterizedTest
  @ValueSource(strings = {"", "topics"})
  void theFirstHelpFitsATerminal(String about) {
    String help = Help.text(Verb.ASK, about);

    assertThat(help.lines())
        .hasSizeLessThan(24)
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(81).doesNotEndWith(" "));
  }

  @Test
  void theOptionsOfAQuestionAreHelpAboutAsking() {
    assertThat(Help.text(Verb.ASK, "ask")).isEqualTo(Help.text(Verb.ASK));
    assertThat(Help.text(Verb.FREE, "")).isEqualTo(Help.text(Verb.FREE));
  }
}

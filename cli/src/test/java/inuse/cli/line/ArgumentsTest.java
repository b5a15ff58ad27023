package inuse.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The command line, before anything is done about it. */
final class ArgumentsTest {
  private static Arguments.Given given(String... words) {
    assertThat(Arguments.parse(List.of(words))).isInstanceOf(Arguments.Given.class);
    return (Arguments.Given) Arguments.parse(List.of(words));
  }

  private static String problem(String... words) {
    assertThat(Arguments.parse(List.of(words))).isInstanceOf(Arguments.Wrong.class);
    return ((Arguments.Wrong) Arguments.parse(List.of(words))).problem();
  }

  @ParameterizedTest
  @CsvSource({"free, FREE", "wait, WAIT", "next, NEXT", "schema, SCHEMA", "8080, ASK", "fre, ASK"})
  void theFirstWordMayBeACommand(String word, Verb verb) {
    assertThat(given(word).verb()).isEqualTo(verb);
  }

  @Test
  void whatFollowsACommandAreItsTargets() {
    assertThat(given("free", "8080", "free").words()).containsExactly("8080", "free");
    assertThat(given("8080", "free").words()).containsExactly("8080", "free");
    assertThat(given("8080", "free").verb()).isEqualTo(Verb.ASK);
  }

  @Test
  void aMessageThatBeginsWithAHyphenIsNoOption() {
    String message = "-e:1:in 'initialize': Address already in use - bind(2) for port=8080";

    assertThat(given(message).words()).containsExactly(message);
    assertThat(given("free", "--for=a b", "8080").value(Option.FOR)).contains("a b");
  }

  @Test
  void optionsMayStandBeforeTheCommand() {
    assertThat(given("-y", "free", "8080").verb()).isEqualTo(Verb.FREE);
    assertThat(given("-y", "free", "8080").has(Option.YES)).isTrue();
  }

  @Test
  void aValueIsTheNextWordOrBehindAnEqualsSign() {
    assertThat(given("free", "--grace", "5s", "8080").options())
        .isEqualTo(Map.of(Option.GRACE, List.of("5s")));
    assertThat(given("free", "--grace=5s", "8080").value(Option.GRACE)).contains("5s");
    assertThat(given("free", "-s", "INT", "8080").value(Option.SIGNAL)).contains("INT");
    assertThat(given("free", "-yns", "INT", "8080").options()).hasSize(3);
    assertThat(problem("free", "8080", "--grace")).isEqualTo("option '--grace' needs TIME");
  }

  @ParameterizedTest
  @CsvSource({"--only-mine, ", "--no-kill, ", "--max, 5", "--destroy, ", "--log, "})
  void anOptionOfOneOtherCommandIsRefusedWithWhoseItIs(String option, String value) {
    for (String verb : List.of("wait", "next")) {
      assertThat(value == null ? problem(verb, option, "1") : problem(verb, option, value, "1"))
          .isEqualTo("'inuse " + verb + "' has no option '" + option + "', 'inuse free' has");
    }
    assertThat(value == null ? problem(option, "1") : problem(option, value, "1"))
        .isEqualTo("'inuse' has no option '" + option + "', 'inuse free' has");
  }

  @Test
  void behindTheCommandToRunEverythingIsItsOwn() {
    for (List<String> line :
        List.of(
            List.of("run", "-p", "1", "-p", "2", "--", "server", "-p", "8080", "--json"),
            List.of("run", "-p", "1", "-p", "2", "server", "-p", "8080", "--json"))) {
      Arguments.Given given = given(line.toArray(String[]::new));

      assertThat(given.verb()).isEqualTo(Verb.RUN);
      assertThat(given.words()).containsExactly("server", "-p", "8080", "--json");
      assertThat(given.targets()).containsExactly("1", "2");
    }
    assertThat(problem("run", "--no-probe", "--", "server"))
        .startsWith("'inuse run' has no option '--no-probe'");
    assertThat(given("run", "--json", "--", "server").has(Option.JSON)).isTrue();
  }

  @Test
  void behindTargetsTwoDashesBeginACommand() {
    Arguments.Given given = given("hold", "8080", "--count", "2", "--", "npm", "--", "--count");

    assertThat(given.verb()).isEqualTo(Verb.HOLD);
    assertThat(given.targets()).containsExactly("8080");
    assertThat(given.command()).contains(List.of("npm", "--", "--count"));
    assertThat(given("hold", "8080").command()).isEmpty();
    assertThat(given("free", "--", "8080").targets()).containsExactly("8080");
    assertThat(given("free", "--", "8080").command()).isEmpty();
  }

  @Test
  void aLineThatBeginsWithTwoDashesGuardsACommand() {
    Arguments.Given given = given("--", "run", "-x");

    assertThat(given.verb()).isEqualTo(Verb.RUN);
    assertThat(given.words()).containsExactly("run", "-x");
    assertThat(given.has(Option.GUARD)).isTrue();
    assertThat(given("-q", "--", "8080").verb()).isEqualTo(Verb.ASK);
  }

  @Test
  void anOptionOfSeveralOthersIsRefusedToo() {
    assertThat(problem("--timeout", "1", "8080")).isEqualTo("'inuse' has no option '--timeout'");
    assertThat(problem("next", "--timeout", "1", "8080"))
        .isEqualTo("'inuse next' has no option '--timeout'");
    assertThat(problem("wait", "--no-probe", "8080"))
        .isEqualTo("'inuse wait' has no option '--no-probe', 'inuse' has");
    assertThat(problem("schema", "--json")).isEqualTo("'inuse schema' has no option '--json'");
  }

  @ParameterizedTest
  @EnumSource(Option.class)
  void everyOptionBelongsToTheCommandsThatNameItAndToNoOther(Option option) {
    assertThat(option.verbs()).isNotEmpty();
    for (Verb verb : Verb.values()) {
      if (verb.isAnotherProgram()) {
        continue;
      }
      List<String> line =
          option.takesValue()
              ? List.of(verb.word(), option.word(), "1")
              : List.of(verb.word(), option.word());
      List<String> question = new ArrayList<>(line.subList(1, line.size()));
      question.add("8080");
      Arguments parsed = Arguments.parse(verb == Verb.ASK ? question : line);

      assertThat(parsed)
          .isInstanceOf(
              option.verbs().contains(verb) ? Arguments.Given.class : Arguments.Wrong.class);
    }
  }

  @Test
  void theWordsOfAnotherProgramAreItsOwn() {
    assertThat(Arguments.parse(List.of("fleet", "--since", "1h", "--", "-x")))
        .isInstanceOfSatisfying(
            Arguments.Given.class,
            given -> {
              assertThat(given.verb()).isEqualTo(Verb.FLEET);
              assertThat(given.words()).containsExactly("--since", "1h", "--", "-x");
            });
    assertThat(Arguments.parse(List.of("serve", "--help")))
        .isInstanceOfSatisfying(
            Arguments.Given.class, given -> assertThat(given.has(Option.HELP)).isTrue());
  }
}

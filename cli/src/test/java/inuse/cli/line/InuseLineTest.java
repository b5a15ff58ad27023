package inuse.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.InuseCommand;
import inuse.core.evidence.Phrase;
import inuse.core.tune.SysctlFile;
import inuse.render.Escape;
import inuse.render.InuseLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InuseLineTest {
  private static final InuseCommand FREE =
      InuseCommand.of(InuseCommand.Verb.FREE)
          .with(InuseCommand.Choice.SIGNAL, "KILL")
          .with(InuseCommand.Choice.REUSE_ADDRESS)
          .about("8080");

  @ParameterizedTest
  @EnumSource
  void everyChoiceIsWrittenAsAnOptionOfTheTable(InuseCommand.Choice choice) {
    assertThat(Option.named(InuseLine.option(choice)).map(Option::word))
        .contains(InuseLine.option(choice));
  }

  @ParameterizedTest
  @EnumSource
  void everyVerbIsWrittenAsACommandOfTheTable(InuseCommand.Verb verb) {
    String word = InuseLine.verb(verb);
    assertThat(word.isEmpty() ? Optional.of(Verb.ASK) : Verb.named(word))
        .hasValueSatisfying(one -> assertThat(one.word()).isEqualTo(word));
  }

  @Test
  void aNamespaceIsWrittenAsTheTableHasIt() {
    assertThat(InuseLine.NAMESPACE).isEqualTo(Option.NETNS.word());
  }

  @Test
  void whatIsWrittenIsUnderstood() {
    assertThat(InuseLine.words(FREE.in("/run/netns/web").byRoot()))
        .containsExactly(
            "sudo",
            "inuse",
            "free",
            "--netns",
            "/run/netns/web",
            "--signal",
            "KILL",
            "--reuseaddr",
            "8080");
    List<String> words = InuseLine.words(FREE.in("/run/netns/web"));
    assertThat(Arguments.parse(words.subList(1, words.size())))
        .isEqualTo(
            new Arguments.Given(
                Verb.FREE,
                Map.of(
                    Option.NETNS, List.of("/run/netns/web"),
                    Option.SIGNAL, List.of("KILL"),
                    Option.REUSEADDR, List.of("")),
                List.of("8080")));
  }

  @Test
  void theFileOfSettingsNamesTheCommandThatTakesItBack() {
    assertThat(SysctlFile.TITLE)
        .endsWith(": inuse " + Verb.TUNE.word() + " " + Option.UNDO.word() + "\n");
  }

  @Test
  void aSettingsNamespaceStandsBehindItsVerb() {
    assertThat(
            InuseLine.words(
                InuseCommand.of(InuseCommand.Verb.TUNE)
                    .with(InuseCommand.Choice.SETTING, "tcp_fin_timeout=30")
                    .in("/run/netns/web")))
        .containsExactly(
            "inuse", "tune", "--netns", "/run/netns/web", "--set", "tcp_fin_timeout=30");
  }

  @Test
  void aPhraseSpeaksOfOptionsAndLinesInTheWordsOfTheTable() {
    assertThat(
            Escape.text(
                Phrase.of("more than ")
                    .then(InuseCommand.Choice.MAX_PROCESSES)
                    .then(" 8 allows; ")
                    .then(FREE)))
        .isEqualTo("more than --max 8 allows; inuse free --signal KILL --reuseaddr 8080");
  }
}

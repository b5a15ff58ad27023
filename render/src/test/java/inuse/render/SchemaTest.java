package inuse.render;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Container;
import inuse.core.evidence.ProcessState;
import inuse.core.evidence.Reading;
import inuse.core.evidence.SocketState;
import inuse.core.evidence.Via;
import inuse.core.explain.remedy.Remedy;
import inuse.core.explain.rule.BindMode;
import inuse.core.explain.rule.Severity;
import inuse.core.explain.rule.Verdict;
import inuse.core.explain.text.Note;
import inuse.core.tune.Setting;
import inuse.core.tune.SettingAdvice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SchemaTest {
  private static final Pattern ENUM = Pattern.compile("\"enum\": \\[([^]]*)]");

  private static <T> Set<String> words(T[] values, Function<T, String> word) {
    return Stream.of(values).map(word).collect(Collectors.toSet());
  }

  private static List<Set<String>> enums() {
    return List.of(
        words(Verdict.values(), Verdict::word),
        words(Note.Id.values(), Note.Id::word),
        words(Reading.Why.values(), Reading.Why::word),
        words(Severity.values(), Severity::word),
        words(BindMode.values(), BindMode::word),
        words(Via.values(), Via::word),
        words(SocketState.values(), SocketState::name),
        words(ProcessState.values(), ProcessState::word),
        words(Container.Engine.values(), Container.Engine::word),
        words(Remedy.Id.values(), Remedy.Id::word),
        words(RowChange.Kind.values(), RowChange.Kind::word),
        words(SettingAdvice.Status.values(), SettingAdvice.Status::id),
        words(Setting.values(), Setting::key));
  }

  @ParameterizedTest
  @MethodSource("enums")
  void theSchemaHasExactlyTheWordsThatAnswersHave(Set<String> words) {
    Set<Set<String>> inSchema = new LinkedHashSet<>();
    Matcher matcher = ENUM.matcher(Schema.TEXT);
    while (matcher.find()) {
      inSchema.add(
          Stream.of(matcher.group(1).split(",", -1))
              .map(String::strip)
              .filter(word -> word.startsWith("\""))
              .map(word -> word.substring(1, word.length() - 1))
              .collect(Collectors.toSet()));
    }

    assertThat(inSchema).contains(words);
  }
}

package inuse.core.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Segments that each release wrote, as its recorder left them on a real host: one file a release,
 * added when it is made and never changed. They stay readable.
 */
final class SegmentCorpusTest {
  static List<Path> segments() throws Exception {
    Path directory =
        Path.of(requireNonNull(SegmentCorpusTest.class.getResource("segments")).toURI());
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("segments")
  void everyLineIsUnderstoodAndEveryKindIsThere(Path segment) throws IOException {
    List<String> lines = Files.readAllLines(segment, ISO_8859_1);

    assertThat(lines).allSatisfy(line -> assertThat(EventReader.read(line)).isPresent());
    assertThat(
            lines.stream()
                .map(line -> EventReader.read(line).orElseThrow().getClass().getSimpleName()))
        .contains("Start", "Named", "Socket", "Refused", "Gap", "End");
  }

  @ParameterizedTest
  @MethodSource("segments")
  void aRefusedBindHasItsHolderAndItsCause(Path segment) throws IOException {
    List<Event.Refused> refused =
        Files.readAllLines(segment, ISO_8859_1).stream()
            .map(EventReader::read)
            .flatMap(event -> event.stream())
            .filter(Event.Refused.class::isInstance)
            .map(Event.Refused.class::cast)
            .toList();

    assertThat(refused)
        .isNotEmpty()
        .allSatisfy(one -> {
          assertThat(one.place().port().number()).isPositive();
          assertThat(one.causes()).isNotEmpty();
          assertThat(one.holders()).isNotEmpty();
        });
  }
}

package inuse.render;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.explain.Diagnosis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Answers to any number of questions are written as they are made. */
final class AnswerTest {
  private static final List<Diagnosis> MANY = Collections.nCopies(500, Examples.listening());

  private static List<String> pieces(
      Function<Consumer<String>, Answer> maker, List<Diagnosis> diagnoses) {
    List<String> pieces = new ArrayList<>();
    Answer answer = maker.apply(pieces::add);
    diagnoses.forEach(answer::add);
    answer.end();
    return pieces;
  }

  private static Answer text(Consumer<String> out) {
    return new TextAnswer(Optional.empty(), false, out);
  }

  private static Answer json(Consumer<String> out) {
    return new JsonAnswer("1", out);
  }

  @Test
  void aShortAnswerIsWrittenAtOnce() {
    List<Diagnosis> few = List.of(Examples.listening(), Examples.free());

    assertThat(pieces(AnswerTest::text, few))
        .containsExactly(TextAnswer.of(few, Optional.empty(), false));
    assertThat(pieces(AnswerTest::json, few)).containsExactly(JsonAnswer.of("1", few));
  }

  @Test
  void aLongOneIsWrittenInPiecesThatAreTheSameTogether() {
    assertThat(String.join("", pieces(AnswerTest::text, MANY)))
        .isEqualTo(TextAnswer.of(MANY, Optional.empty(), false));
    assertThat(String.join("", pieces(AnswerTest::json, MANY))).isEqualTo(JsonAnswer.of("1", MANY));
  }

  @Test
  void noPieceGrowsWithTheNumberOfAnswers() {
    assertThat(pieces(AnswerTest::text, MANY))
        .hasSizeGreaterThan(1)
        .allMatch(piece -> piece.length() < 2 * Answer.CHUNK);
    assertThat(pieces(AnswerTest::json, MANY))
        .hasSizeGreaterThan(1)
        .allMatch(piece -> piece.length() < 2 * Answer.CHUNK);
  }
}

package inuse.render;

import static inuse.render.FreedExamples.act;
import static inuse.render.FreedExamples.freed;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import inuse.core.evidence.Port;
import inuse.core.evidence.PortTarget;
import inuse.core.evidence.Protocol;
import inuse.core.explain.remedy.Remedy;
import inuse.core.fix.AddressMonitor;
import inuse.core.fix.Effects;
import inuse.core.fix.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was done, as its schema and another library's parser see it. */
final class FreedJsonTest {
  private static final com.networknt.schema.Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(Schema.TEXT);

  private static final Freed FREED =
      freed(
          Optional.of(Outcome.FREED),
          AddressMonitor.Proof.BIND,
          List.of(
              act("python3", 15, Effects.Result.EXITED),
              act(Remedy.Id.WAIT, Effects.Result.DONE, "")));

  private static List<com.networknt.schema.Error> problems(String document) {
    return SCHEMA.validate(document, InputFormat.JSON);
  }

  private static JsonNode parsed(String document) {
    return new JsonMapper().readTree(document);
  }

  @Test
  void everyResultIsAsTheSchemaSays() {
    assertThat(problems(FreedJson.of("0.1.0", FreedExamples.everything()))).isEmpty();
    for (Freed one : FreedExamples.everything()) {
      assertThat(problems(FreedJson.of("0.1.0", List.of(one)))).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"inuse.free/1\" | \"inuse.free/2\"",
        "\"outcome\": \"freed\" | \"outcome\": \"done\"",
        "\"outcome\" | \"result_of_all\"",
        "\"remedy\": \"terminate\" | \"remedy\": \"kill-it\"",
        "\"pid\": 812 | \"pid\": \"812\"",
        "\"pid\": 812 | \"pid\": 0",
        "\"signal\": \"SIGTERM\" | \"signal\": 15",
        "\"result\": \"exited\" | \"result\": \"dead\"",
        "\"after_ms\": 12 | \"after_ms\": -1",
        "\"after_ms\": 12 | \"after_ms\": null",
        "\"verified_by\": \"bind\" | \"verified_by\": \"hope\"",
        "\"message\": null | \"message\": 1",
        "\"instead\": null | \"extra\": 1, \"instead\": null",
        "\"port\": 8080 | \"port\": 70000"
      })
  void aDocumentThatIsAnythingElseIsNoticed(String right, String wrong) {
    String document = FreedJson.of("0.1.0", List.of(FREED));
    assertThat(document).contains(right);

    assertThat(problems(document.replace(right, wrong))).isNotEmpty();
  }

  @Test
  void theFieldsAreThoseOfTheContract() {
    JsonNode result = parsed(FreedJson.of("0.1.0", List.of(FREED))).at("/results/0");
    String holders =
        parsed(JsonAnswer.of("0.1.0", List.of(FREED.before())))
            .at("/diagnoses/0/causes/0/holders")
            .toString();

    assertThat(holders).startsWith("[{\"pid\":812,").contains("\"cwd\"", "\"command\"");
    assertThat(result.toString())
        .isEqualTo(
            "{\"target\":{\"protocol\":\"tcp\",\"address\":\"*\",\"port\":8080,"
                + "\"netns\":4026531840},\"holders\":"
                + holders
                + ",\"holders_after\":[],\"outcome\":\"freed\",\"steps\":["
                + "{\"remedy\":\"terminate\",\"pid\":812,\"socket_uid\":null,\"signal\":\"SIGTERM\","
                + "\"result\":\"exited\",\"after_ms\":12},"
                + "{\"remedy\":\"wait\",\"pid\":null,\"socket_uid\":null,\"signal\":null,\"result\":\"done\","
                + "\"after_ms\":1}],\"verified_by\":\"bind\",\"free_for\":\"any\","
                + "\"rest_ms\":null,\"message\":null,\"instead\":null}");
  }

  /** An agent shows them to a human, before and after. */
  @Test
  void theHoldersAreThoseOfAQuestionAndOfNowWhereItIsNotFree() {
    Freed held = freed(Optional.of(Outcome.STILL_HELD), AddressMonitor.Proof.NONE, List.of());
    Freed again =
        new Freed(
            held.before(),
            Optional.of(FreedExamples.hostile()),
            Optional.of(Outcome.RESPAWNED),
            List.of(),
            AddressMonitor.Proof.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    JsonNode results = parsed(FreedJson.of("0.1.0", List.of(held, again))).at("/results");

    assertThat(results.at("/0/holders_after")).isEqualTo(results.at("/0/holders")).isNotEmpty();
    assertThat(results.at("/1/holders")).isEqualTo(results.at("/0/holders"));
    assertThat(results.at("/1/holders_after/0/command"))
        .isNotEqualTo(results.at("/1/holders/0/command"));
  }

  @Test
  void theOtherDocumentsAreAsTheSchemaSaysToo() {
    PortTarget first = new PortTarget(Protocol.TCP, Optional.empty(), new Port(3000));
    String next =
        NextJson.of("0.1.0", first, 65535, 2, List.of(new Port(3001)), JsonLayout.INDENTED);
    String waited =
        WaitedJson.of(
            "0.1.0",
            List.of(
                new WaitedJson.Waited(FREED.before(), true),
                new WaitedJson.Waited(FreedExamples.hostile(), false)));

    assertThat(problems(next)).isEmpty();
    assertThat(problems(next.replace("3001", "\"3001\""))).isNotEmpty();
    assertThat(problems(waited)).isEmpty();
    assertThat(problems(waited.replace("timed-out", "over"))).isNotEmpty();
    assertThat(parsed(waited).at("/results/0/holders/0/pid").asInt()).isEqualTo(812);
    assertThat(problems(NoticeJson.of("0.1.0", "ended"))).isEmpty();
    assertThat(problems(FreedJson.of("0.1.0", List.of()))).isEmpty();
    assertThat(FreedJson.of("0.1.0", List.of(FREED), JsonLayout.LINE)).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "BIND, bind, any, ",
    "REUSE, bind, reuseaddr, 42100",
    "TABLE, table, any, ",
    "NONE, , , "
  })
  void theProofIsNamed(AddressMonitor.Proof proof, String word, String whom, Long rest) {
    JsonNode result =
        parsed(FreedJson.of("0.1.0", List.of(freed(Optional.of(Outcome.FREED), proof, List.of()))))
            .at("/results/0");

    assertThat(result.at("/verified_by").isNull()).isEqualTo(word == null);
    assertThat(result.at("/verified_by").asString("")).isEqualTo(word == null ? "" : word);
    assertThat(result.at("/free_for").asString("")).isEqualTo(whom == null ? "" : whom);
    assertThat(result.at("/rest_ms").asLong(0)).isEqualTo(rest == null ? 0 : rest);
  }

  @Test
  void whatWasOnlyPlannedHasNoOutcome() {
    Freed planned = freed(Optional.empty(), AddressMonitor.Proof.NONE, List.of());

    assertThat(parsed(FreedJson.of("0.1.0", List.of(planned))).at("/results/0/outcome").isNull())
        .isTrue();
  }

  @Test
  void hostileWordsArriveHarmless() {
    String document = FreedJson.of("0.1.0", FreedExamples.everything());

    assertThat(document.chars().filter(c -> c < 0x20 && c != '\n')).isEmpty();
    assertThat(document.chars().filter(c -> (c >= 0x7f && c <= 0x9f) || c == 0x202e)).isEmpty();
    assertThat(parsed(document).at("/results/0/message").asString())
        .startsWith("says \\x1b[31mred");
  }
}

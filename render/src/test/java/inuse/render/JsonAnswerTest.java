package inuse.render;

import static inuse.core.evidence.HolderBuilder.holder;
import static inuse.core.evidence.SnapshotBuilder.snapshot;
import static inuse.core.evidence.SocketBuilder.listener;
import static inuse.core.evidence.Speaker.ANYBODY;
import static inuse.render.Examples.diagnosed;
import static inuse.render.Examples.everything;
import static inuse.render.Examples.listening;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import inuse.core.evidence.Container;
import inuse.core.evidence.Crowd;
import inuse.core.evidence.HolderBuilder;
import inuse.core.evidence.HolderSearch;
import inuse.core.evidence.Pid;
import inuse.core.evidence.PortSnapshot;
import inuse.core.evidence.ProcessIdentity;
import inuse.core.evidence.ProcessManager;
import inuse.core.evidence.Reading;
import inuse.core.evidence.Statement;
import inuse.core.evidence.Untrusted;
import inuse.core.explain.Diagnosis;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON, as its schema and another library's parser see it. */
final class JsonAnswerTest {
  private static final com.networknt.schema.Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(Schema.TEXT);

  private static List<com.networknt.schema.Error> problems(String document) {
    return SCHEMA.validate(document, InputFormat.JSON);
  }

  private static JsonNode parsed(String document) {
    return new JsonMapper().readTree(document);
  }

  @Test
  void everyAnswerIsAsTheSchemaSays() {
    assertThat(problems(JsonAnswer.of("0.1.0", everything()))).isEmpty();
    for (var one : everything()) {
      assertThat(problems(JsonAnswer.of("0.1.0", List.of(one)))).isEmpty();
    }
  }

  @Test
  void aListIsAsTheSchemaSays() {
    StringBuilder text = new StringBuilder();
    ListJson.write("0.1.0", ListExamples.everything(), Optional.empty(), text::append);

    assertThat(problems(text.toString())).isEmpty();
    JsonNode rows = parsed(text.toString()).at("/rows");
    assertThat(rows.size()).isEqualTo(12);
    assertThat(rows.findValuesAsString("cause"))
        .contains("listener", "orphaned-child", "socket-activation", "kernel-socket", "time-wait");
    assertThat(problems(text.toString().replace("\"left_over\"", "\"leftover\""))).isNotEmpty();
  }

  @Test
  void theCrowdOfABusyPortIsCountedAndOtherwiseNotThere() {
    List<Diagnosis> all = everything();
    JsonNode diagnoses = parsed(JsonAnswer.of("0.1.0", all)).at("/diagnoses");
    for (int i = 0; i < all.size(); i++) {
      boolean busy =
          all.get(i).snapshot() instanceof PortSnapshot port && !port.crowd().equals(Crowd.NONE);
      assertThat(diagnoses.get(i).has("crowd")).isEqualTo(busy);
      if (busy) {
        JsonNode crowd = diagnoses.get(i).get("crowd");
        assertThat(crowd.get("connections").asInt()).isEqualTo(98_002);
        assertThat(crowd.at("/kinds/0/state").asString()).isEqualTo("ESTABLISHED");
        assertThat(crowd.at("/kinds/1/uid").isNull()).isTrue();
        assertThat(crowd.at("/holders/0/count").asInt()).isEqualTo(97_999);
      }
    }
    assertThat(all)
        .anyMatch(
            one -> one.snapshot() instanceof PortSnapshot port && !port.crowd().equals(Crowd.NONE));
  }

  @Test
  void anErrorIsAsTheSchemaSays() {
    String error =
        JsonAnswer.error(
            2, new Untrusted("'\u001b': no port"), "try \"this\"", JsonLayout.INDENTED);

    assertThat(problems(error)).isEmpty();
    assertThat(parsed(error).at("/error/code").asInt()).isEqualTo(2);
    assertThat(parsed(error).at("/error/message").asString()).isEqualTo("'\\x1b': no port");
    assertThat(parsed(error).at("/error/instead").asString()).isEqualTo("try \"this\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"inuse.diagnosis/1\" | \"inuse.diagnosis/2\"",
        "\"verdict\": \"blocked\" | \"verdict\": \"busy\"",
        "\"verdict\" | \"judgement\"",
        "\"id\": \"listener\" | \"id\": \"whatever\"",
        "\"pid\": 812 | \"pid\": \"812\"",
        "\"pid\": 812 | \"pid\": 0",
        "\"port\": 8080 | \"port\": 70000",
        "\"severity\": \"critical\" | \"severity\": null",
        "\"needs_root\": false | \"needs_root\": 0",
        "\"state\": \"LISTEN\" | \"state\": \"LISTENING\"",
        "\"plain\" | \"simple\"",
        "\"exe\": | \"extra\": 1, \"exe\":",
        "\"terminate\" | \"kill-it\""
      })
  void aDocumentThatIsAnythingElseIsNoticed(String right, String wrong) {
    String document = JsonAnswer.of("0.1.0", List.of(listening()));
    assertThat(document).contains(right);

    assertThat(problems(document.replace(right, wrong))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"schema\": \"inuse.error/1\"}"})
  void whatIsNoDocumentOfOursIsNoticed(String document) {
    assertThat(problems(document)).isNotEmpty();
  }

  @Test
  void theFieldsOfAListenerAreThoseOfTheContract() {
    JsonNode diagnosis = parsed(JsonAnswer.of("0.1.0", List.of(listening()))).at("/diagnoses/0");

    assertThat(diagnosis.at("/target").toString())
        .isEqualTo("{\"protocol\":\"tcp\",\"address\":\"*\",\"port\":8080,\"netns\":4026531840}");
    assertThat(diagnosis.at("/probes/1").toString())
        .isEqualTo(
            "{\"address\":\"0.0.0.0\",\"options\":[\"SO_REUSEADDR\"],\"result\":\"EADDRINUSE\"}");
    JsonNode cause = diagnosis.at("/causes/0");
    assertThat(cause.at("/blocks").toString()).isEqualTo("[\"plain\",\"reuseaddr\",\"reuseport\"]");
    assertThat(cause.at("/summary").asString())
        .isEqualTo("python3 (pid 812, alice) listens on 0.0.0.0:8080");
    assertThat(cause.at("/sockets/0").toString())
        .isEqualTo(
            "{\"protocol\":\"tcp\",\"state\":\"LISTEN\",\"local\":\"0.0.0.0:8080\",\"peer\":null,"
                + "\"uid\":1000,\"user\":\"alice\",\"inode\":100,\"cgroup\":null,\"interface\":null,"
                + "\"expires_ms\":null,\"reuseaddr\":true,\"reuseport\":false,\"v6only\":false}");
    assertThat(cause.at("/holders/0").toString())
        .isEqualTo(
            "{\"pid\":812,\"started_at\":\"2026-11-22T07:07:00Z\",\"command\":\"python3\","
                + "\"args\":[\"python3\",\"-m\",\"http.server\",\"8080\"],"
                + "\"exe\":\"/usr/bin/python3.11\",\"cwd\":\"/home/alice/my site\","
                + "\"uid\":1000,\"user\":\"alice\",\"state\":\"sleeping\",\"fds\":[3],"
                + "\"supervisor\":null,\"container\":null,\"ancestry\":["
                + "{\"pid\":700,\"command\":\"bash\"},{\"pid\":1,\"command\":\"systemd\"}]}");
    assertThat(cause.at("/remedies/0/command").toString())
        .isEqualTo("[\"inuse\",\"free\",\"8080\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0 | true | 0",
        "2 | false | 2",
        "  | false | null",
      })
  void howTheHoldersWereSearchedForIsTold(
      @Nullable Integer counted, boolean proved, String hidden) {
    HolderSearch search =
        new HolderSearch(
            HolderSearch.Way.BPF_TASK_FILE,
            List.of("bpf-task: bpf PROG_LOAD: errno 524"),
            true,
            counted == null ? Reading.unknown(Reading.Why.UNSUPPORTED) : Reading.known(counted));
    String document = JsonAnswer.of("0.1.0", List.of(diagnosed(snapshot().search(search))));

    assertThat(problems(document)).isEmpty();
    assertThat(parsed(document).at("/diagnoses/0/search").toString())
        .isEqualTo(
            "{\"by\":\"bpf-task-file\",\"refused\":[\"bpf-task: bpf PROG_LOAD: errno 524\"],"
                + "\"complete\":true,\"proved\":"
                + proved
                + ",\"hidden\":"
                + hidden
                + "}");
  }

  @Test
  void hostileWordsArriveWholeAndHarmless() {
    String document = JsonAnswer.of("0.1.0", everything());

    assertThat(document.chars().filter(c -> c < 0x20 && c != '\n')).isEmpty();
    assertThat(document.chars().filter(c -> (c >= 0x7f && c <= 0x9f) || c == 0x202e)).isEmpty();
    assertThat(parsed(document).at("/diagnoses/4/causes/1/holders/0/args/0").asString())
        .isEqualTo(
            "\u001b[31mred\u0007\n\r\t\\x1b\"'\\x9b2J\u009b\u202e\\xff\\xc0\\x80\\xed\\xa0\\x80\0");
  }

  private static JsonNode charged(HolderBuilder who) {
    String document =
        JsonAnswer.of(
            "0.1.0",
            List.of(
                diagnosed(
                    snapshot()
                        .blocked()
                        .sockets(listener().inode(100))
                        .holders(who.holds(3, 100)))));
    assertThat(problems(document)).isEmpty();
    return parsed(document).at("/diagnoses/0/causes/0/holders/0");
  }

  @Test
  void whoseWordItIsWhoIsInChargeIsTold() {
    Container container = new Container(Container.Engine.DOCKER, "0".repeat(64));
    HolderBuilder root = holder(812, "app").unit("web.service").container(container);
    HolderBuilder alice =
        holder(812, "app").userUnit("web.service").container(new Statement<>(container, ANYBODY));

    assertThat(charged(root).at("/supervisor/word_of").asInt()).isZero();
    assertThat(charged(root).at("/container/word_of").asInt()).isZero();
    assertThat(charged(alice).at("/supervisor/word_of").asInt()).isEqualTo(1000);
    assertThat(charged(alice).at("/container/word_of").isNull()).isTrue();
  }

  @Test
  void aManagerThatNobodyVouchesForDoesNotHideTheUnit() {
    ProcessManager runit =
        new ProcessManager(
            ProcessManager.Kind.RUNIT,
            new ProcessIdentity(new Pid(700), 1),
            Optional.empty(),
            Optional.empty());
    HolderBuilder unit = holder(812, "app").unit("web.service");

    assertThat(charged(unit.overseer(runit)).at("/supervisor/kind").asString()).isEqualTo("runit");
    assertThat(
            charged(unit.overseer(new Statement<>(runit, ANYBODY)))
                .at("/supervisor/kind")
                .asString())
        .isEqualTo("systemd");
  }
}

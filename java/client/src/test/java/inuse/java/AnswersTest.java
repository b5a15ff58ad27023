package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {
  private static final Answers ANSWERS = new Answers(Path.of("/opt/inuse x/inuse"), false);

  private static final String HOLDER =
      """
      {"pid": 812, "started_at": "2026-11-22T07:10:00Z", "command": "a\\u001b[31mb\\u202e",
       "args": ["a", "--password", "secret"], "exe": "/bin/a\\nb", "cwd": null, "uid": 4294967294,
       "user": "alice", "state": "sleeping", "fds": [3], "supervisor": null, "container": null,
       "ancestry": []}
      """;

  private static final String DOCUMENT =
      """
      {"schema": "inuse.diagnosis/1", "version": "9.9", "future": [{}],
       "diagnoses": [{"target": {"protocol": "tcp", "address": "*", "port": 8080, "netns": 1},
         "verdict": "blocked", "probes": [], "hints": 3,
         "causes": [{"id": "new-cause", "severity": "critical", "blocks": ["plain"], "via": null,
           "summary": "a (pid 812, alice) listens on 0.0.0.0:8080", "sockets": [],
           "holders": [%s],
           "remedies": [
             {"id": "terminate", "command": ["inuse", "free", "8080"], "needs_root": false,
              "effect": "ends it"},
             {"id": "new", "command": ["sudo", "inuse", "free", "8080"], "needs_root": true,
              "effect": "ends it as root"},
             {"id": "wait", "command": null, "needs_root": false, "effect": "wait a minute"}]}],
         "notes": [{"id": "client", "summary": "b is connected"}],
         "not_looked_at": [{"what": "/proc/1/fd", "why": "denied", "remedy": "run as root"}]}]}
      """
          .formatted(HOLDER);

  @Test
  void whatIsKnownIsReadAndWhatIsNewIsPassedOver() throws InuseException {
    Diagnosis diagnosis = ANSWERS.diagnoses(DOCUMENT).get(0);

    assertThat(diagnosis.target()).isEqualTo("8080");
    assertThat(diagnosis.verdict()).isEqualTo(Verdict.BLOCKED);
    assertThat(diagnosis.causes().get(0).id()).isEqualTo("new-cause");
    assertThat(diagnosis.holders())
        .containsExactly(
            new Holder(
                812,
                Optional.of(Instant.parse("2026-11-22T07:10:00Z")),
                "a\\x1b[31mb\\u{202e}",
                List.of("a", "--password", "secret"),
                Optional.of("/bin/a\\x0ab"),
                Optional.empty(),
                OptionalInt.of(-2),
                Optional.of("alice")));
    assertThat(diagnosis.notes()).containsExactly(new Note("client", "b is connected"));
    assertThat(diagnosis.notLookedAt())
        .containsExactly(new Gap("/proc/1/fd", "denied", "run as root"));
    assertThat(diagnosis.summary())
        .isEqualTo("8080 is in use: a (pid 812, alice) listens on 0.0.0.0:8080");
  }

  @Test
  void noCommandLineIsInWhatIsPrinted() throws InuseException {
    Diagnosis diagnosis = ANSWERS.diagnoses(DOCUMENT).get(0);

    assertThat(diagnosis + diagnosis.summary() + diagnosis.wayOut()).doesNotContain("secret");
  }

  @Test
  void aCommandIsOneThatAShellFinds() throws InuseException {
    List<Remedy> remedies = ANSWERS.diagnoses(DOCUMENT).get(0).causes().get(0).remedies();
    assertThat(remedies.stream().map(Remedy::line))
        .containsExactly(
            "'/opt/inuse x/inuse' free 8080", "sudo '/opt/inuse x/inuse' free 8080", "");

    Answers found = new Answers(Path.of("/usr/bin/inuse"), true);
    assertThat(found.diagnoses(DOCUMENT).get(0).fix().map(Remedy::line))
        .hasValue("inuse free 8080");
    assertThat(found.diagnoses(DOCUMENT).get(0).wayOut()).isEqualTo("inuse free 8080  (ends it)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"protocol": "tcp", "address": "*", "port": 8080}         | 8080
          {"protocol": "udp", "address": "*", "port": 53}           | udp/53
          {"protocol": "tcp", "address": "127.0.0.1", "port": 80}   | 127.0.0.1:80
          {"protocol": "udp", "address": "fe80::1%eth0", "port": 5} | udp/[fe80::1%eth0]:5
          {"protocol": "unix", "path": "/run/a b.sock"}             | /run/a b.sock
          {"protocol": "unix", "abstract": "name"}                  | @name
          """)
  void aTargetIsWrittenAsItIsAsked(String json, String text) throws InuseException {
    assertThat(
            ANSWERS
                .diagnoses(
                    "{\"schema\": \"inuse.diagnosis/1\", \"diagnoses\": [{\"target\": "
                        + json
                        + ", \"verdict\": \"free\"}]}")
                .get(0)
                .target())
        .isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource
  void everyVerdictHasASentence(Verdict verdict) throws InuseException {
    Diagnosis diagnosis =
        ANSWERS.diagnoses(DOCUMENT.replace("\"blocked\"", "\"" + verdict.word() + "\"")).get(0);

    assertThat(diagnosis.verdict()).isEqualTo(verdict);
    assertThat(diagnosis.summary()).contains("8080", "pid 812");
  }

  @Test
  void aComplaintIsItsMessage() {
    assertThatThrownBy(() ->
            ANSWERS.diagnoses(
                "{\"schema\": \"inuse.error/1\", \"error\": {\"code\": 2, \"message\": \"what\","
                    + " \"instead\": \"that\"}}"))
        .isInstanceOf(InuseException.class)
        .hasMessage("what; that");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "inuse: no\u001b[2J",
        "{}",
        "[]",
        "{\"schema\": \"inuse.diagnosis/2\", \"diagnoses\": []}",
        "{\"schema\": \"inuse.diagnosis/1\", \"diagnoses\": []}",
        "{\"schema\": \"inuse.diagnosis/1\", \"diagnoses\": [{}]}",
        "{\"schema\": \"inuse.diagnosis/1\", \"diagnoses\": [{\"target\": {\"path\": \"a\"},"
            + " \"verdict\": \"new\"}]}",
      })
  void anAnswerThatIsNotUnderstoodIsAFailure(String printed) {
    assertThatThrownBy(() -> ANSWERS.diagnoses(printed))
        .isInstanceOf(InuseException.class)
        .message()
        .isNotEmpty()
        .doesNotContain("\u001b");
  }
}

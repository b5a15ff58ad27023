package inuse.cli.commands;

import static inuse.cli.commands.Dialogue.ASKING;
import static inuse.cli.commands.Dialogue.MUTE;
import static inuse.cli.commands.Dialogue.call;
import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.mcp.ServerOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Nothing is ended but what a user agreed to, once. */
final class McpConsentTest {
  private static final ServerOptions USUAL =
      new ServerOptions(false, Optional.empty(), Optional.empty(), false);

  private static final String TARGET = "\"target\": \"8080\"";

  private final FakeHost host = new FakeHost().held().obeys(15, 12);
  private final Dialogue dialogue = new Dialogue(host);

  @AfterEach
  void allThatWasOpenedWasClosed() {
    dialogue.assertAnswersAreAsPromised();
    assertThat(host.kernel.openDescriptors()).isEmpty();
  }

  private String outcome() {
    return dialogue.last().at("/result/structuredContent/outcome").asString("");
  }

  /** The call again, with the answer to the question before it. */
  private String retry(String action, UnaryOperator<String> state) {
    return call(
        "free",
        TARGET,
        ASKING
            + ", \"requestState\": \""
            + state.apply(dialogue.last().at("/result/requestState").asString())
            + "\", \"inputResponses\": {\"consent\": {\"action\": \""
            + action
            + "\"}}");
  }

  private Dialogue asked() {
    return dialogue.say(call("free", TARGET, ASKING));
  }

  @Test
  void theUserIsShownThePlanAndTheCommandLineIsNot() {
    asked().serve(USUAL);

    JsonNode result = dialogue.last().at("/result");
    assertThat(result.at("/resultType").asString()).isEqualTo("input_required");
    JsonNode question = result.at("/inputRequests/consent");
    assertThat(question.at("/method").asString()).isEqualTo("elicitation/create");
    assertThat(question.at("/params/requestedSchema/type").asString()).isEqualTo("object");
    assertThat(question.at("/params/message").asString())
        .isEqualTo(
            """
            8080 is in use: server (pid 10, alice) listens on 0.0.0.0:8080
              who    server
                     in /home/alice, started 100 s ago
              plan   SIGTERM to server (pid 10), and SIGKILL to what is left after 10 s
            Accept: this is done. Decline: nothing is.\
            """);
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void whatIsAcceptedIsDoneAndProved() {
    asked().says(() -> retry("accept", state -> state)).serve(USUAL);

    assertThat(outcome()).isEqualTo("freed");
    JsonNode document = dialogue.last().at("/result/structuredContent");
    assertThat(document.at("/verified_by").asString()).isEqualTo("bind");
    assertThat(document.at("/acts/0/pid").asInt()).isEqualTo(10);
    assertThat(document.at("/acts/0/result").asString()).isEqualTo("exited");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @ParameterizedTest
  @ValueSource(strings = {"decline", "cancel", "ACCEPT", "accepted"})
  void whatIsNotAcceptedIsNotDone(String action) {
    asked().says(() -> retry(action, state -> state)).serve(USUAL);

    assertThat(outcome()).isEqualTo("declined");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void anAnswerWithoutAnActionIsAskedAboutAgain() {
    asked()
        .says(() -> retry("", state -> state).replace("{\"action\": \"\"}", "{\"content\": {}}"))
        .serve(USUAL);

    assertThat(dialogue.last().at("/result/resultType").asString()).isEqualTo("input_required");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void anAnswerWithoutItsStateIsNoConsent() {
    asked()
        .says(() ->
            call(
                "free",
                TARGET,
                ASKING + ", \"inputResponses\": {\"consent\": {\"action\": \"accept\"}}"))
        .serve(USUAL);

    assertThat(dialogue.last().at("/result/resultType").asString()).isEqualTo("input_required");
    assertThat(host.kernel.signals()).isEmpty();
  }

  private void assertRefused() {
    assertThat(dialogue.last().at("/error/code").asInt()).isEqualTo(-32602);
    assertThat(dialogue.last().at("/error/message").asString()).contains("nothing was done");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 32, 40, 95})
  void anAlteredStateIsRefused(int at) {
    asked()
        .says(() ->
            retry(
                "accept",
                state ->
                    state.substring(0, at)
                        + (state.charAt(at) == '0' ? '1' : '0')
                        + state.substring(at + 1)))
        .serve(USUAL);

    assertRefused();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "00000000000000000000000000000000"})
  void aStateThatIsNoneIsRefused(String state) {
    asked().says(() -> retry("accept", given -> state)).serve(USUAL);

    assertRefused();
  }

  @Test
  void aStateHoldsOnce() {
    host.obeys(15, 60_000_000);
    String[] state = new String[1];
    asked()
        .says(() ->
            retry(
                "decline",
                given -> {
                  state[0] = given;
                  return given;
                }))
        .says(() -> retry("accept", given -> state[0]))
        .serve(USUAL);

    assertRefused();
  }

  @ParameterizedTest
  @CsvSource({"599, true", "600, false"})
  void aStateHoldsForTenMinutes(int seconds, boolean holds) {
    asked()
        .then(() -> host.kernel.advance(Duration.ofSeconds(seconds).toNanos()))
        .says(() -> retry("accept", state -> state))
        .serve(USUAL);

    if (holds) {
      assertThat(outcome()).isEqualTo("freed");
    } else {
      assertRefused();
    }
  }

  @Test
  void aStateHoldsForItsTargetAndItsTool() {
    asked()
        .says(() -> retry("accept", state -> state).replace("\"8080\"", "\"0.0.0.0:8080\""))
        .serve(USUAL);
    assertRefused();
  }

  @Test
  void aStateIsOfNoUseToAnotherTool() {
    asked().says(() -> retry("accept", state -> state).replace("\"free\"", "\"why\"")).serve(USUAL);
    assertRefused();
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void whoeverHasItByNowIsAskedAboutAnew(boolean stateless) {
    Runnable exchanged =
        () -> {
          // The same pid and name, started later.
          String stat = host.kernel.content("/proc/10/stat").orElseThrow();
          host.kernel.file("/proc/10/stat", stat.replace(" 90000 ", " 95000 "));
        };
    if (stateless) {
      asked().then(exchanged).says(() -> retry("accept", state -> state)).serve(USUAL);
      assertThat(dialogue.last().at("/result/resultType").asString()).isEqualTo("input_required");
    } else {
      dialogue
          .session()
          .say(call("free", TARGET, ""))
          .then(exchanged)
          .say(answer("inuse-1", "{\"action\": \"accept\", \"content\": {}}"))
          .serve(USUAL);
      assertThat(dialogue.last().at("/method").asString()).isEqualTo("elicitation/create");
      assertThat(dialogue.last().at("/id").asString()).isEqualTo("inuse-2");
    }
    assertThat(host.kernel.signals()).isEmpty();
  }

  private static String answer(String id, String result) {
    return "{\"jsonrpc\": \"2.0\", \"id\": \"" + id + "\", \"result\": " + result + "}";
  }

  @Test
  void withinASessionTheQuestionIsARequestOfTheServer() {
    dialogue
        .session()
        .say(call("free", TARGET, ""))
        .say("{\"jsonrpc\": \"2.0\", \"id\": 8, \"method\": \"ping\"}")
        .say(answer("inuse-1", "{\"action\": \"accept\", \"content\": {}}"))
        .serve(USUAL);

    assertThat(dialogue.frame(1).at("/method").asString()).isEqualTo("elicitation/create");
    assertThat(dialogue.frame(1).at("/params/message").asString()).contains("SIGTERM to server");
    assertThat(dialogue.frame(2).at("/id").asInt()).isEqualTo(8);
    assertThat(dialogue.last().at("/id").asInt()).isEqualTo(Dialogue.CALL);
    assertThat(outcome()).isEqualTo("freed");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"result\": {\"action\": \"decline\"}",
        "\"result\": {\"action\": \"cancel\"}",
        "\"result\": {}",
        "\"result\": []",
        "\"error\": {\"code\": -1, \"message\": \"no\"}",
        "\"error\": {}, \"result\": {\"action\": \"accept\"}"
      })
  void withinASessionWhatIsNotAcceptedIsNotDone(String answer) {
    dialogue
        .session()
        .say(call("free", TARGET, ""))
        .say("{\"jsonrpc\": \"2.0\", \"id\": \"inuse-1\", " + answer + "}")
        .serve(USUAL);

    assertThat(outcome()).isEqualTo("declined");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void anAnswerHoldsOnceAndOneThatNobodyAskedForHoldsNever() {
    String accept = "{\"action\": \"accept\", \"content\": {}}";
    dialogue
        .session()
        .say(answer("inuse-1", accept))
        .say(call("free", TARGET, ""))
        .say(answer("inuse-2", accept))
        .say(answer("inuse-1", "{\"action\": \"decline\"}"))
        .say(answer("inuse-1", accept))
        .serve(USUAL);

    assertThat(outcome()).isEqualTo("declined");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void aCancelledCallTakesItsQuestionBack() {
    dialogue
        .session()
        .say(call("free", TARGET, ""))
        .say(
            "{\"jsonrpc\": \"2.0\", \"method\": \"notifications/cancelled\", \"params\":"
                + " {\"requestId\": 7}}")
        .say(answer("inuse-1", "{\"action\": \"accept\", \"content\": {}}"))
        .serve(USUAL);

    assertThat(dialogue.last().at("/method").asString()).isEqualTo("notifications/cancelled");
    assertThat(dialogue.last().at("/params/requestId").asString()).isEqualTo("inuse-1");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"elicitation\": {\"url\": {}}}", "{\"elicitation\": true}"})
  void aClientThatCannotAskGetsThePlan(String capabilities) {
    dialogue.session(capabilities).say(call("free", TARGET, "")).serve(USUAL);

    assertThat(outcome()).isEqualTo("planned");
    JsonNode document = dialogue.last().at("/result/structuredContent");
    assertThat(document.at("/acts/0/pid").asInt()).isEqualTo(10);
    assertThat(document.at("/acts/0/result").asString()).isEqualTo("planned");
    assertThat(document.at("/untrusted/instead").asString()).isEqualTo("inuse free 8080");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void whatAClientCouldOnceIsNotTakenForWhatItCanNow() {
    asked().say(call("free", TARGET, MUTE)).serve(USUAL);

    assertThat(outcome()).isEqualTo("planned");
    assertThat(host.kernel.signals()).isEmpty();
  }

  @Test
  void withOurAncestorNobodyIsAsked() {
    host.kernel.file(
        "/proc/4242/stat",
        "4242 (inuse) S 10 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 95000 0 0 0 1 1 7000000\n");
    asked().serve(USUAL);

    assertThat(outcome()).isEqualTo("refused");
    assertThat(dialogue.last().at("/result/structuredContent/untrusted/message").asString())
        .contains("this very program runs below it");
  }

  @Test
  void moreThanWasAgreedToIsAskedAboutAfterwards() {
    host.passesItsSocketOn();
    asked().says(() -> retry("accept", state -> state)).serve(USUAL);

    assertThat(dialogue.last().at("/result/resultType").asString()).isEqualTo("input_required");
    assertThat(dialogue.last().at("/result/inputRequests/consent/params/message").asString())
        .contains("SIGTERM to daemon (pid 11)");
    assertThat(host.kernel.signals()).containsExactly("10 15");
  }
}

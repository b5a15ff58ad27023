package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What an answer offers and what {@code inuse free} does are one: each of its lines that the user
 * may run is planned, and none is refused. No line is {@code kill}, which would not know the
 * process again.
 */
final class OfferedLines {
  private static final int USAGE = 2;
  private static final int REFUSED = 4;

  private OfferedLines() {}

  static void assertNoneIsRefused(QuestionAssert question, DiagnosisAssert diagnosis) {
    for (CauseAssert cause : diagnosis.causes()) {
      for (JsonObject remedy : cause.remedies()) {
        List<String> command = command(remedy);
        assertThat(command).as("a line of %s", diagnosis.output()).doesNotContain("kill");
        boolean frees = command.size() > 2 && command.getFirst().equals("inuse") && isFree(command);
        if (frees && !remedy.get("needs_root").getAsBoolean()) {
          assertIsPlanned(question, command);
        }
      }
    }
  }

  private static boolean isFree(List<String> command) {
    return command.contains("free");
  }

  private static void assertIsPlanned(QuestionAssert question, List<String> command) {
    List<String> words = new ArrayList<>(question.program());
    words.addAll(command.subList(1, command.size()));
    words.add("--dry-run");
    Output planned = question.outputOf(words);

    assertThat(planned.exitCode()).as("%s", planned).isNotIn(USAGE, REFUSED);
  }

  /** Empty for advice. */
  private static List<String> command(JsonObject remedy) {
    JsonElement command = remedy.get("command");
    return command.isJsonNull()
        ? List.of()
        : command.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
  }
}

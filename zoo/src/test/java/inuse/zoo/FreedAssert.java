package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/** The result that {@code inuse free} reported; each method asserts one thing. */
record FreedAssert(QuestionAssert question, Output output, JsonObject result) {
  static FreedAssert parse(QuestionAssert question, Output output, PublishedSchema schema) {
    JsonObject document = AnswerAssert.json(output);
    schema.assertAllows(output);
    assertThat(document.get("schema").getAsString()).as("%s", output).isEqualTo("inuse.free/1");
    List<JsonElement> results = document.getAsJsonArray("results").asList();
    assertThat(results).as("%s", output).hasSize(1);
    FreedAssert freed = new FreedAssert(question, output, results.getFirst().getAsJsonObject());
    assertThat(output.exitCode()).as("exit code of %s", output).isEqualTo(freed.exitCode());
    return freed;
  }

  private int exitCode() {
    JsonElement outcome = result.get("outcome");
    if (outcome.isJsonNull()) {
      return 0;
    }
    return switch (outcome.getAsString()) {
      case "already-free", "freed", "forced" -> 0;
      case "respawned", "still-held", "timed-out" -> 1;
      case "denied" -> 3;
      case "refused" -> 4;
      case String other -> throw new AssertionError(other);
    };
  }

  FreedAssert outcome(String... anyOf) {
    assertThat(result.get("outcome").getAsString())
        .as("outcome of %s", output)
        .isIn((Object[]) anyOf);
    return this;
  }

  FreedAssert planned() {
    assertThat(result.get("outcome").isJsonNull()).as("outcome of %s", output).isTrue();
    return this;
  }

  /** Exactly these acts, each as {@code terminate 812 SIGTERM exited}, as far as it is written. */
  FreedAssert did(String... acts) {
    List<String> did =
        result.getAsJsonArray("steps").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .map(step ->
                List.of("remedy", "pid", "signal", "result").stream()
                    .map(step::get)
                    .filter(one -> !one.isJsonNull())
                    .map(JsonElement::getAsString)
                    .collect(Collectors.joining(" ")))
            .toList();
    assertThat(did).as("steps of %s", output).containsExactlyInAnyOrder(acts);
    return this;
  }

  FreedAssert didNothing() {
    return did();
  }

  FreedAssert says(String... words) {
    assertThat(result.get("message").getAsString()).as("message of %s", output).contains(words);
    return this;
  }

  FreedAssert insteadOf(String... words) {
    assertThat(result.get("instead").getAsString()).as("instead of %s", output).contains(words);
    return this;
  }

  /** For whom it is free: {@code any}, or {@code reuseaddr}. */
  FreedAssert isFreeFor(String whom) {
    assertThat(result.get("free_for").getAsString()).as("free_for of %s", output).isEqualTo(whom);
    return this;
  }

  /** There is no line by hand. */
  FreedAssert insteadOfNothing() {
    assertThat(result.get("instead").isJsonNull()).as("instead of %s", output).isTrue();
    return this;
  }

  /** Both it and a program that has nothing to do with it could bind. */
  FreedAssert provedByBind() {
    assertThat(result.get("verified_by").getAsString()).as("%s", output).isEqualTo("bind");
    assertThat(question.oracle().verdictOn(result.getAsJsonObject("target")))
        .as("a real bind after %s", output)
        .isEqualTo(VerdictAssert.FREE);
    return this;
  }

  /** A program that has nothing to do with it cannot bind. */
  FreedAssert stillHeld() {
    assertThat(result.get("verified_by").isJsonNull()).as("%s", output).isTrue();
    assertThat(question.oracle().verdictOn(result.getAsJsonObject("target")))
        .as("a real bind after %s", output)
        .isNotEqualTo(VerdictAssert.FREE);
    return this;
  }
}

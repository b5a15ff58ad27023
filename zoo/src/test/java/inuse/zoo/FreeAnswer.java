package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The result of {@code inuse free --json} for one target. */
record FreeAnswer(Output output, JsonObject result) {
  /** The only result of that output. */
  static FreeAnswer of(Output output) {
    JsonObject document = AnswerAssert.json(output);
    assertThat(document.get("schema").getAsString()).as("%s", output).isEqualTo("inuse.free/1");
    JsonArray results = document.getAsJsonArray("results");
    assertThat(results.size()).as("results of %s", output).isEqualTo(1);
    return new FreeAnswer(output, results.get(0).getAsJsonObject());
  }

  /** Frees in a lab. */
  static FreeAnswer of(Lab lab, Way way, String... arguments) {
    return of(Output.of(command(lab, List.of(), way, arguments)));
  }

  /** The command line that frees in a lab, under these circumstances; see enter.c. */
  static List<String> command(Lab lab, List<String> circumstances, Way way, String... arguments) {
    return command(lab, circumstances, List.of(), way, arguments);
  }

  /** The same, below another program. */
  static List<String> command(
      Lab lab, List<String> circumstances, List<String> below, Way way, String... arguments) {
    List<String> command = new ArrayList<>(lab.enter());
    command.addAll(circumstances);
    command.add("--");
    command.addAll(below);
    command.addAll(way.command());
    command.add("free");
    command.addAll(List.of(arguments));
    return command;
  }

  FreeAnswer ends(String outcome, int exitCode) {
    assertThat(result.get("outcome").getAsString()).as("%s", output).isEqualTo(outcome);
    assertThat(output.exitCode()).as("%s", output).isEqualTo(exitCode);
    boolean good = Set.of("freed", "forced", "already-free").contains(outcome);
    JsonElement proof = result.get("verified_by");
    assertThat(proof.isJsonNull() ? "" : proof.getAsString())
        .as("%s", output)
        .isEqualTo(good ? "bind" : "");
    return this;
  }

  /** The processes that were sent something, by what it says itself. */
  Set<Long> signalled() {
    Set<Long> pids = new LinkedHashSet<>();
    for (JsonElement element : result.getAsJsonArray("steps")) {
      JsonObject step = element.getAsJsonObject();
      if (!step.get("signal").isJsonNull()) {
        pids.add(step.get("pid").getAsLong());
      }
    }
    return pids;
  }
}

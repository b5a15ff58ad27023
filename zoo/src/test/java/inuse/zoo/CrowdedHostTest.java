package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts at the limits: what the executable says of them from its own small heap is whole. */
@Isolated("it takes the whole machine")
@Tag("long")
@ExtendWith(Skips.class)
final class CrowdedHostTest {
  @ParameterizedTest
  @ValueSource(strings = {"20000 7", "1 19900", "threads 2000", "busy 100000 16000"})
  void theHolderIsNamedAndNothingIsLeftOut(String crowd) {
    Lab.requireRoot("has no host of its own");
    Output output =
        Output.of(
            Stream.concat(
                    Stream.of(
                        "sh",
                        Programs.script("crowded.sh"),
                        Programs.CROWD.toString(),
                        Programs.EXECUTABLE.toString()),
                    Stream.of(crowd.split(" ", -1)))
                .toList());
    assertThat(output.exitCode()).as(output.standardError()).isZero();
    List<String> lines = output.standardOutput().lines().toList();
    int pid = Integer.parseInt(lines.getLast().substring("pid ".length()));
    JsonObject answer =
        JsonParser.parseString(String.join("\n", lines.subList(0, lines.size() - 1)))
            .getAsJsonObject()
            .getAsJsonArray("diagnoses")
            .get(0)
            .getAsJsonObject();

    assertThat(answer.get("verdict").getAsString()).isEqualTo("blocked");
    JsonArray causes = answer.getAsJsonArray("causes");
    assertThat(holders(causes)).contains(pid);
    JsonObject search = answer.getAsJsonObject("search");
    assertThat(search.get("complete").getAsBoolean()).as("%s", search).isTrue();
    assertThat(search.get("hidden").getAsInt()).as("%s", search).isZero();
  }

  private static List<Integer> holders(JsonArray causes) {
    return causes.asList().stream()
        .map(JsonElement::getAsJsonObject)
        .flatMap(cause -> cause.getAsJsonArray("holders").asList().stream())
        .map(holder -> holder.getAsJsonObject().get("pid").getAsInt())
        .toList();
  }
}

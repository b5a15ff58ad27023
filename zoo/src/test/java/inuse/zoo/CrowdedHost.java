package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/**
 * What the executable says of the port of a crowd, on a host of the crowd's own.
 *
 * @param diagnosis of the port
 * @param pid a process that has it
 */
record CrowdedHost(JsonObject diagnosis, int pid) {
  /**
   * Makes the crowd and asks.
   *
   * @param way the one way to search for holders, or nothing
   * @param crowd the words of crowd.c
   */
  static CrowdedHost asked(String way, String crowd) {
    Lab.requireRoot("has no host of its own");
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "INUSE_SEARCH_BY=" + way,
                "sh",
                Programs.script("crowded.sh"),
                Programs.CROWD.toString(),
                Programs.EXECUTABLE.toString()));
    command.addAll(List.of(crowd.split(" ", -1)));
    Output output = Output.of(command);
    assertThat(output.exitCode()).as(output.standardError()).isZero();
    List<String> lines = output.standardOutput().lines().toList();
    JsonObject diagnosis =
        JsonParser.parseString(String.join("\n", lines.subList(0, lines.size() - 1)))
            .getAsJsonObject()
            .getAsJsonArray("diagnoses")
            .get(0)
            .getAsJsonObject();
    assertThat(diagnosis.get("verdict").getAsString()).isEqualTo("blocked");
    return new CrowdedHost(diagnosis, Integer.parseInt(lines.getLast().substring("pid ".length())));
  }

  /** The processes that are named. */
  List<Integer> holders() {
    return diagnosis.getAsJsonArray("causes").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .flatMap(cause -> cause.getAsJsonArray("holders").asList().stream())
        .map(holder -> holder.getAsJsonObject().get("pid").getAsInt())
        .toList();
  }

  JsonObject search() {
    return diagnosis.getAsJsonObject("search");
  }

  /** Of the connections beyond the first 64 each is one of the listener's processes. */
  void assertServed(int connections) {
    JsonObject crowd = diagnosis.getAsJsonObject("crowd");
    int others = connections - 64;
    assertThat(crowd.get("connections").getAsInt()).as("%s", crowd).isEqualTo(others);
    assertThat(crowd.get("served").getAsInt()).as("%s", crowd).isEqualTo(others);
    assertThat(crowd.get("elsewhere").getAsInt()).isZero();
    assertThat(crowd.get("unseen").getAsInt()).isZero();
    assertThat(
            crowd.getAsJsonArray("holders").asList().stream()
                .mapToInt(one -> one.getAsJsonObject().get("count").getAsInt())
                .sum())
        .as("%s", crowd)
        .isEqualTo(others);
  }
}

package inuse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/** One cause of a diagnosis; each method asserts one thing and returns the same cause. */
record CauseAssert(Output output, JsonObject json) {
  String id() {
    return json.get("id").getAsString();
  }

  List<JsonObject> holders() {
    return elements(json, "holders");
  }

  List<JsonObject> sockets() {
    return elements(json, "sockets");
  }

  /** Every socket has this value there. */
  CauseAssert socketsHave(String key, Object value) {
    assertThat(sockets())
        .as("sockets of %s", output)
        .isNotEmpty()
        .allSatisfy(socket ->
            assertThat(socket.get(key).getAsString()).as("%s", key).isEqualTo(value.toString()));
    return this;
  }

  CauseAssert holdersHave(String key, Object value) {
    assertThat(holders())
        .as("holders of %s", output)
        .isNotEmpty()
        .allSatisfy(holder ->
            assertThat(holder.get(key).getAsString()).as("%s", key).isEqualTo(value.toString()));
    return this;
  }

  /** The way in which its sockets are kept alive. */
  CauseAssert via(String word) {
    assertThat(json.get("via").isJsonNull() ? "" : json.get("via").getAsString())
        .as("via of %s", output)
        .isEqualTo(word);
    return this;
  }

  CauseAssert viaNothing() {
    return via("");
  }

  CauseAssert summary(String part) {
    assertThat(json.get("summary").getAsString()).as("summary of %s", output).contains(part);
    return this;
  }

  CauseAssert severity(String severity) {
    assertThat(json.get("severity").getAsString()).as("severity of %s", output).isEqualTo(severity);
    return this;
  }

  CauseAssert blocks(String... newcomers) {
    assertThat(json.getAsJsonArray("blocks").asList().stream().map(JsonElement::getAsString))
        .as("blocks of %s", output)
        .containsExactly(newcomers);
    return this;
  }

  CauseAssert expiresWithin(long from, long to) {
    assertThat(sockets())
        .as("sockets of %s", output)
        .isNotEmpty()
        .allSatisfy(socket -> assertThat(socket.get("expires_ms").getAsLong()).isBetween(from, to));
    return this;
  }

  CauseAssert hasRemedy(String id) {
    remedy(id);
    return this;
  }

  CauseAssert hasNoRemedy(String id) {
    assertThat(remedyIds()).as("remedies of %s", output).doesNotContain(id);
    return this;
  }

  /** The effect of that remedy, in words. */
  String remedy(String id) {
    assertThat(remedyIds()).as("remedies of %s", output).contains(id);
    return remedies().stream()
        .filter(remedy -> remedy.get("id").getAsString().equals(id))
        .findFirst()
        .orElseThrow()
        .get("effect")
        .getAsString();
  }

  /** Is it in the way of a newcomer that sets no option? */
  boolean blocksPlain() {
    return json.getAsJsonArray("blocks").asList().stream()
        .anyMatch(newcomer -> newcomer.getAsString().equals("plain"));
  }

  List<JsonObject> remedies() {
    return elements(json, "remedies");
  }

  private List<String> remedyIds() {
    return remedies().stream().map(remedy -> remedy.get("id").getAsString()).toList();
  }

  static List<JsonObject> elements(JsonObject parent, String member) {
    return parent.getAsJsonArray(member).asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }
}

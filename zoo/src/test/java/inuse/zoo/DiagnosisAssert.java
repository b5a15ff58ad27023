package inuse.zoo;

import static java.util.Arrays.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;

/** The answer about one target; each method asserts one thing and returns the same diagnosis. */
record DiagnosisAssert(QuestionAssert question, Output output, JsonObject json) {
  VerdictAssert verdict() {
    return VerdictAssert.of(json.get("verdict").getAsString());
  }

  JsonObject target() {
    return json.getAsJsonObject("target");
  }

  DiagnosisAssert says(VerdictAssert verdict) {
    assertThat(verdict()).as("verdict of %s", output).isEqualTo(verdict);
    return this;
  }

  /** Exactly these causes, in this order. */
  DiagnosisAssert because(String... causes) {
    assertThat(ids("causes")).as("causes of %s", output).containsExactly(causes);
    return this;
  }

  /** Nothing is in the way. */
  DiagnosisAssert becauseNothing() {
    return because();
  }

  DiagnosisAssert notes(String... notes) {
    assertThat(ids("notes")).as("notes of %s", output).containsExactly(notes);
    return this;
  }

  /** The holders of all causes are exactly these processes. */
  DiagnosisAssert heldBy(Running... holders) {
    return heldBy(stream(holders).mapToLong(Running::pid).toArray());
  }

  DiagnosisAssert heldBy(long... pids) {
    List<Long> named =
        causes().stream()
            .flatMap(cause -> cause.holders().stream())
            .map(holder -> holder.get("pid").getAsLong())
            .toList();
    assertThat(named)
        .as("holders of %s", output)
        .containsExactlyInAnyOrderElementsOf(stream(pids).boxed().toList());
    question.assertHolders();
    return this;
  }

  DiagnosisAssert heldByNobody() {
    return heldBy(new long[0]);
  }

  /** Each cause with the processes and descriptors that it names. */
  Set<String> holders() {
    return causes().stream()
        .map(cause ->
            cause.id()
                + cause.holders().stream()
                    .map(holder -> " " + holder.get("pid") + holder.get("fds"))
                    .sorted()
                    .collect(Collectors.joining()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How its holders were searched for, and exactly these quicker ways were refused before. */
  DiagnosisAssert searchedBy(String way, String... refused) {
    JsonObject search = json.getAsJsonObject("search");
    assertThat(search.getAsJsonArray("refused").asList().stream().map(JsonElement::getAsString))
        .as("refused by %s", output)
        .containsExactly(refused);
    assertThat(search.get("by").getAsString()).as("search of %s", output).isEqualTo(way);
    return this;
  }

  /** The result of the probe of that address, without options. */
  DiagnosisAssert probed(String address, String result) {
    List<String> results =
        elements("probes").stream()
            .filter(probe -> probe.get("address").getAsString().equals(address))
            .filter(probe -> probe.getAsJsonArray("options").isEmpty())
            .map(probe -> probe.get("result").getAsString())
            .toList();
    assertThat(results).as("plain probes of %s in %s", address, output).containsExactly(result);
    return this;
  }

  /** That address was asked about once, with SO_REUSEADDR: nothing but listeners has the port. */
  DiagnosisAssert probedMildly(String address, String result) {
    List<String> results =
        elements("probes").stream()
            .filter(probe -> probe.get("address").getAsString().equals(address))
            .map(probe -> probe.get("options") + " " + probe.get("result").getAsString())
            .toList();
    assertThat(results)
        .as("probes of %s in %s", address, output)
        .containsExactly("[\"SO_REUSEADDR\"] " + result);
    return this;
  }

  DiagnosisAssert probedNothing() {
    assertThat(elements("probes")).as("probes of %s", output).isEmpty();
    return this;
  }

  /** Nothing was left out but descriptors that nobody lets us read (also a sandbox's pid 1). */
  DiagnosisAssert overlooksOnlyDeniedProcesses() {
    assertThat(elements("not_looked_at"))
        .as("not_looked_at of %s", output)
        .allSatisfy(gap -> assertThat(gap.get("what").getAsString()).startsWith("/proc/"))
        .allSatisfy(gap -> assertThat(gap.get("why").getAsString()).isEqualTo("denied"));
    return this;
  }

  boolean ranOutOfTime() {
    return elements("not_looked_at").stream()
        .anyMatch(gap -> gap.get("why").getAsString().equals("timed-out"));
  }

  /** Among what was not looked at is something with all these texts. */
  DiagnosisAssert didNotLookAt(String... texts) {
    assertThat(elements("not_looked_at"))
        .as("not_looked_at of %s", output)
        .anySatisfy(gap -> assertThat(gap.toString()).contains(texts));
    return this;
  }

  /**
   * Asks ss, lsof, fuser and netstat the same, for the table in docs/comparison.md. Done by {@code
   * firstRemedyGivesItBack}; a scenario without remedy says it itself.
   */
  DiagnosisAssert compare() {
    Comparison.record(this);
    return this;
  }

  /**
   * What the answer advises first is carried out, for real, and then a real bind succeeds. Comes
   * last: afterwards nothing is as it was.
   */
  void firstRemedyGivesItBack() {
    compare();
    FirstRemedy.of(this);
  }

  /**
   * The same for a first remedy that is not a command, of that id: the scenario itself does what
   * the advice says.
   */
  void firstRemedyGivesItBack(String id, Runnable advice) {
    compare();
    FirstRemedy.of(this, id, advice);
  }

  AbstractStringAssert<?> note(String id) {
    List<JsonObject> notes =
        elements("notes").stream().filter(note -> note.get("id").getAsString().equals(id)).toList();
    assertThat(notes).as("notes %s of %s", id, output).hasSize(1);
    return Assertions.assertThat(notes.getFirst().get("summary").getAsString());
  }

  CauseAssert cause(String id) {
    List<CauseAssert> found = causes().stream().filter(cause -> cause.id().equals(id)).toList();
    assertThat(found).as("causes %s of %s", id, output).hasSize(1);
    return found.getFirst();
  }

  List<CauseAssert> causes() {
    return elements("causes").stream().map(cause -> new CauseAssert(output, cause)).toList();
  }

  private List<String> ids(String member) {
    return elements(member).stream().map(element -> element.get("id").getAsString()).toList();
  }

  private List<JsonObject> elements(String member) {
    return CauseAssert.elements(json, member);
  }
}

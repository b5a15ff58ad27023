package inuse.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.cli.FakeHost;
import inuse.core.io.JsonReader;
import inuse.core.io.JsonValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What acts, waits and searches tells a program as much as a question does. */
final class JsonOfActsTest {
  private final FakeHost host = new FakeHost();

  private static JsonValue parsed(String document) {
    return JsonReader.parse(document).orElseThrow();
  }

  private static JsonValue first(JsonValue document, String name) {
    return document.at(name) instanceof JsonValue.Items(List<JsonValue> items)
        ? items.getFirst()
        : new JsonValue.Nothing();
  }

  private static void assertIsTheHolder(JsonValue result, String name) {
    JsonValue holder = first(result, name);
    assertThat(holder.at("pid")).isEqualTo(new JsonValue.Numeric("10"));
    assertThat(holder.at("command")).isEqualTo(new JsonValue.Text("server"));
    assertThat(holder.at("exe")).isEqualTo(new JsonValue.Text("/usr/bin/server"));
    assertThat(holder.at("cwd")).isEqualTo(new JsonValue.Text("/home/alice"));
    assertThat(holder.at("user")).isEqualTo(new JsonValue.Text("alice"));
  }

  @Test
  void aPlanHasTheHolderWithItsProgramAndDirectory() {
    host.held();

    assertThat(host.run("free", "-n", "--json", "8080")).isZero();

    JsonValue result = first(parsed(host.kernel.stdout()), "results");
    assertIsTheHolder(result, "holders");
    assertIsTheHolder(result, "holders_after");
  }

  @Test
  void whatWasFreedHadAHolderAndHasNoneNow() {
    host.held().obeys(15, 5);

    assertThat(host.run("free", "--yes", "--json", "8080")).isZero();

    JsonValue result = first(parsed(host.kernel.stdout()), "results");
    assertIsTheHolder(result, "holders");
    assertThat(result.at("holders_after")).isEqualTo(new JsonValue.Items(List.of()));
  }

  @Test
  void whatIsRefusedTellsWhoseItIs() {
    host.held();

    assertThat(host.run("free", "--json", "8080")).isEqualTo(4);

    assertIsTheHolder(first(parsed(host.kernel.stdout()), "results"), "holders_after");
  }

  @Test
  void nextTellsThePortsAndWhereItLooked() {
    host.held();

    assertThat(host.run("next", "--json", "--count", "2", "8080")).isZero();

    JsonValue document = parsed(host.kernel.stdout());
    assertThat(document.at("schema")).isEqualTo(new JsonValue.Text("inuse.next/1"));
    assertThat(document.at("ports"))
        .isEqualTo(
            new JsonValue.Items(
                List.of(new JsonValue.Numeric("8081"), new JsonValue.Numeric("8082"))));
  }

  @Test
  void nextThatFindsTooFewIsADocumentTooAndNoProse() {
    host.held();

    assertThat(host.run("next", "--json", "8080-8080")).isEqualTo(1);

    assertThat(parsed(host.kernel.stdout()).at("ports")).isEqualTo(new JsonValue.Items(List.of()));
    assertThat(host.kernel.stderr()).isEmpty();
  }

  /** Standard output is the program's. */
  @Test
  void runSaysALineADocumentOnStandardError() {
    host.held();
    host.kernel.file("/bin/true", "");

    assertThat(host.run("run", "--json", "-p", "8080", "--", "/bin/true")).isNotZero();

    assertThat(host.kernel.stdout()).isEmpty();
    assertThat(host.kernel.stderr().lines())
        .hasSize(1)
        .allSatisfy(line -> {
          assertThat(parsed(line).at("schema")).isEqualTo(new JsonValue.Text("inuse.diagnosis/1"));
          assertIsTheHolder(first(first(parsed(line), "diagnoses"), "causes"), "holders");
        });
  }

  @Test
  void aProgramsOwnOptionIsNotOurs() {
    assertThat(host.run("run", "--", "/nowhere", "--json")).isEqualTo(127);
    assertThat(host.kernel.stderr()).startsWith("inuse: ");
    assertThat(host.run("run", "--json", "--", "/nowhere")).isEqualTo(127);
    assertThat(host.kernel.stderr()).contains("{\"schema\": \"inuse.error/1\"", "\"code\": 127");
  }
}

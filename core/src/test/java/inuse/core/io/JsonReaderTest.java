package inuse.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that other programs wrote, well and badly. */
final class JsonReaderTest {
  @Test
  void membersItemsAndTextsAreFoundByTheirPath() {
    JsonValue value =
        JsonReader.parse(
                " {\"a\": {\"b\": [1, -2.5e3, true, false, null, \"x\\n\\u00e9\\ud83d\\ude00\"]}} ")
            .orElseThrow();

    assertThat(value.at("a", "b").items()).hasSize(6);
    assertThat(value.at("a", "b").items().get(1).digits()).contains("-2.5e3");
    assertThat(value.at("a", "b").items().get(5).text())
        .contains("x\n\u00c3\u00a9\u00f0\u009f\u0098\u0080");
    assertThat(value.at("a", "c", "d").text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "{}}",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "01",
        "-",
        "1.",
        "1e",
        "+1",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\n\"",
        "[1 2]",
        "1 2",
        "NaN",
        "'a'",
        "[,1]",
        "\u0000"
      })
  void whatIsNotJsonIsNothing(String text) {
    assertThat(JsonReader.parse(text)).isEmpty();
  }

  @Test
  void aMemberThatIsThereTwiceIsNeither() {
    JsonValue value = JsonReader.parse("{\"a\":1,\"a\":2,\"b\":3}").orElseThrow();

    assertThat(value.at("a").digits()).isEmpty();
    assertThat(value.at("b").digits()).contains("3");
  }

  @Test
  void theNumberOfValuesHasABound() {
    int most = JsonReader.MAX_VALUES - 1;

    assertThat(JsonReader.parse("[" + "{},".repeat(most - 1) + "{}]")).isPresent();
    assertThat(JsonReader.parse("[" + "{},".repeat(most) + "{}]")).isEmpty();
    assertThat(JsonReader.parse("{" + "\"a\":1,".repeat(most) + "\"b\":1}")).isEmpty();
  }

  @Test
  void depthHasABound() {
    int most = JsonReader.MAX_DEPTH;

    assertThat(JsonReader.parse("[".repeat(most) + "]".repeat(most))).isPresent();
    assertThat(JsonReader.parse("[".repeat(most + 2) + "]".repeat(most + 2))).isEmpty();
    assertThat(JsonReader.parse("[".repeat(1_000_000))).isEmpty();
    assertThat(JsonReader.parse("{\"a\":".repeat(100_000))).isEmpty();
  }
}

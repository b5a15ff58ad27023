package inuse.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static final String DOCUMENT =
      "{\"schema\": \"inuse.diagnosis/1\", \"n\": [0, -1, 1.5e-3, 12E+4], \"t\": true, \"f\":"
          + " false, \"z\": null, \"s\": \"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00\","
          + " \"o\": {}}";

  @Test
  void everyKindOfValueIsRead() throws JsonReader.Malformed {
    JsonValue document = JsonReader.read(DOCUMENT);

    assertThat(document.member("schema").text()).hasValue("inuse.diagnosis/1");
    assertThat(document.member("n").items())
        .containsExactly(
            new JsonValue.Numeral("0"),
            new JsonValue.Numeral("-1"),
            new JsonValue.Numeral("1.5e-3"),
            new JsonValue.Numeral("12E+4"));
    assertThat(document.member("t")).isEqualTo(JsonValue.Word.TRUE);
    assertThat(document.member("z")).isEqualTo(JsonValue.Word.NULL);
    assertThat(document.member("s").text()).hasValue("a\"\\/\b\f\n\r\tä\ud83d\ude00");
    assertThat(document.member("absent")).isEqualTo(JsonValue.Word.NULL);
    assertThat(document.member("o").items()).isEmpty();
  }

  @Test
  void aWholeNumberIsOneThatALongCanHold() throws JsonReader.Malformed {
    assertThat(JsonReader.read("-12").whole()).hasValue(-12L);
    assertThat(JsonReader.read("1.0").whole()).isEmpty();
    assertThat(JsonReader.read("1e3").whole()).isEmpty();
    assertThat(JsonReader.read("9".repeat(400)).whole()).isEmpty();
    assertThat(JsonReader.read("\"1\"").whole()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":1,\"a\":2}",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "NaN",
        "nul",
        "trueish",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u١٢٣٤\"",
        "\"a\nb\"",
        "1 2",
        "{}{}",
        "\u00a01",
        "'a'",
        "[1]//",
      })
  void whatIsNotJsonIsRefused(String text) {
    assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(JsonReader.Malformed.class);
  }

  @Test
  void nestingHasABound() throws JsonReader.Malformed {
    int most = JsonReader.MAX_DEPTH;
    assertThat(JsonReader.read("[".repeat(most) + "]".repeat(most))).isNotNull();
    assertThatThrownBy(() -> JsonReader.read("[".repeat(most + 1) + "]".repeat(most + 1)))
        .hasMessageContaining("nested too deep");
    assertThatThrownBy(() -> JsonReader.read("{\"a\":".repeat(1_000_000)))
        .hasMessageContaining("nested too deep");
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertThatThrownBy(() -> JsonReader.read("{\"a\": x}"))
        .hasMessage("no value at character 6, before x}");
  }

  /** Nothing but a value or Malformed comes of any text. */
  @Test
  void randomAndMutilatedTextsEndInAValueOrAComplaint() {
    Random random = new Random(20);
    String letters = "{}[]\",:\\/ntfue0123456789.+-E \n\t\u0000äx";
    int values = 0;
    int complaints = 0;
    for (int i = 0; i < 200_000; i++) {
      String text = i % 2 == 0 ? noise(random, letters) : mutilated(random, letters);
      try {
        JsonReader.read(text);
        values++;
      } catch (JsonReader.Malformed e) {
        complaints++;
      }
    }
    assertThat(values).isGreaterThan(100);
    assertThat(complaints).isGreaterThan(100);
  }

  private static String noise(Random random, String letters) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(30); n > 0; n--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static String mutilated(Random random, String letters) {
    StringBuilder text = new StringBuilder(DOCUMENT);
    for (int n = random.nextInt(3); n >= 0 && text.length() > 0; n--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
        default -> text.setLength(at);
      }
    }
    return text.toString();
  }
}

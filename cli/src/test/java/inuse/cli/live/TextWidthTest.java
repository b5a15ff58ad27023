package inuse.cli.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of characters, as wcwidth(3) of glibc has them. */
final class TextWidthTest {
  @ParameterizedTest
  @CsvSource({
    "0x41, 1", "0xe9, 1", "0x3b1, 1", "0x10ff, 1", "0x1100, 2", "0x115f, 2", "0x1160, 1",
    "0x2500, 1", "0x2615, 2", "0x2616, 1", "0x3042, 2", "0x4e2d, 2", "0xac00, 2", "0xff21, 2",
    "0xff71, 1", "0x1f600, 2", "0x1f1e6, 1", "0x20000, 2", "0x3fffd, 2", "0x3fffe, 1",
  })
  void aCharacterTakesOneColumnOrTwo(String point, int columns) {
    assertThat(TextWidth.of(Integer.decode(point))).isEqualTo(columns);
  }

  @Test
  void aTextTakesWhatItsCharactersTake() {
    assertThat(TextWidth.of("a\u4e2d\u00e9\uD83D\uDE00")).isEqualTo(6);
    assertThat(TextWidth.of("")).isZero();
  }
}

package inuse.cli.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells, and the shortest way from one screen to the next. */
final class FrameTest {
  private static Frame frame(String... lines) {
    Frame frame = new Frame(10, 3);
    for (int i = 0; i < lines.length; i++) {
      frame.put(i, 0, lines[i], Style.PLAIN);
    }
    return frame;
  }

  @Test
  void whatDoesNotFitIsNotDrawn() {
    Frame frame = frame("0123456789abc", "abcdefghi\u4e2d", "\u4e2d\u4e2d");
    frame.put(3, 0, "below", Style.PLAIN);

    assertThat(frame.toString()).isEqualTo("0123456789\nabcdefghi\n\u4e2d\u4e2d\n");
  }

  @Test
  void theSameScreenNeedsNothing() {
    assertThat(frame("one", "two").since(frame("one", "two"), true)).isEmpty();
  }

  @Test
  void onlyWhatChangedIsDrawn() {
    String sequences = frame("one", "twX").since(frame("one", "two"), true);

    assertThat(sequences).isEqualTo("\u001b[2;3H\u001b[0mX\u001b[0m");
  }

  @Test
  void anotherSizeIsDrawnWhole() {
    Frame wider = new Frame(12, 3);
    wider.put(0, 0, "one", Style.PLAIN);

    assertThat(wider.since(frame("one"), true)).startsWith("\u001b[0m\u001b[2J").contains("one");
  }

  @Test
  void controlCharactersAreNoneOfItsCharacters() {
    assertThat(frame("a\tb\nc\u0007").toString()).startsWith("a?b?c?\n");
  }

  @Test
  void whoeverDrawsOverHalfOfAWideCharacterTakesItAway() {
    Frame frame = frame("\u4e2d\u4e2d\u4e2d", "\u4e2d");
    frame.put(0, 3, "x", Style.PLAIN);
    frame.put(1, 0, "y", Style.PLAIN);

    assertThat(frame.toString()).isEqualTo("\u4e2d x\u4e2d\ny\n\n");
  }

  @Test
  void coloursOfTextAreCellsAndNoCharacters() {
    Frame frame = frame();
    frame.put(0, 0, "\u001b[1m\u001b[32mok\u001b[0m no", Style.DIM);

    assertThat(frame.toString()).startsWith("ok no\n");
    assertThat(frame.since(frame(), true))
        .isEqualTo("\u001b[1;1H\u001b[0;1;2;32mok\u001b[0;2m no\u001b[0m");
    assertThat(frame.since(frame(), false)).doesNotContain("32");
  }

  /** Whatever was there before, and whatever width the terminal gives to a wide character. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theDifferencesMakeTheNextScreen(boolean wideIsOne) {
    Random random = new Random(7);
    ScreenReader terminal = new ScreenReader(10, 3, wideIsOne);
    Frame shown = new Frame(10, 3);
    for (int i = 0; i < 3000; i++) {
      Frame next = random(random);

      terminal.show(next.since(shown, true));

      ScreenReader fresh = new ScreenReader(10, 3, wideIsOne);
      fresh.show(next.since(new Frame(10, 3), true));
      assertThat(terminal.cells()).as("%d: %s", i, next).isEqualTo(fresh.cells());
      shown = next;
    }
  }

  private static Frame random(Random random) {
    Style[] styles = {Style.PLAIN, Style.BOLD, Style.REVERSE, Style.PLAIN.in(Style.GREEN)};
    String[] texts = {"a", "bc", "\u4e2d", "x\u4e2dy", "\u00e9", "  ", "\u4e2d\u4e2d\u4e2d", ""};
    Frame frame = new Frame(10, 3);
    for (int row = 0; row < 3; row++) {
      int column = random.nextInt(4);
      for (int i = random.nextInt(5); i > 0; i--) {
        column =
            frame.put(
                row,
                column,
                texts[random.nextInt(texts.length)],
                styles[random.nextInt(styles.length)]);
      }
    }
    return frame;
  }
}

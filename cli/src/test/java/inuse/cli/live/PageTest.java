package inuse.cli.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Text as a command writes it, and as a window shows it. */
final class PageTest {
  private final Page page = new Page("title");

  @Test
  void whatIsWrittenInPiecesIsInLines() {
    page.write("on");
    page.write("e\ntwo\n\nfo");
    page.write("ur");

    assertThat(page.window(20, 9)).containsExactly("one", "two", "", "four");
  }

  @Test
  void aLineThatBeginsAnewTakesThePlaceOfTheLast() {
    page.write("done\n\r\u001b[K3 s left\r\u001b[K2 s left");
    assertThat(page.window(20, 9)).containsExactly("done", "2 s left");

    page.write("\r\u001b[Kfree\n");
    assertThat(page.window(20, 9)).containsExactly("done", "free");
  }

  @Test
  void aWindowGoesNoFurtherThanTheText() {
    page.write("1\n2\n3\n4\n5\n");

    page.scroll(3, 20, 2);
    assertThat(page.window(20, 2)).containsExactly("4", "5");
    assertThat(page.isLonger(20, 2)).isFalse();
    page.scroll(-9, 20, 2);
    assertThat(page.window(20, 2)).containsExactly("1", "2");
    assertThat(page.isLonger(20, 2)).isTrue();
    page.toEnd(20, 3);
    assertThat(page.window(20, 3)).containsExactly("3", "4", "5");
    assertThat(page.window(20, 0)).isEmpty();
    assertThat(page.window(20, 9)).hasSize(5);
  }

  @Test
  void whatWasWrittenForAWiderWindowIsBrokenAndNothingIsLost() {
    page.write("SIGTERM to server (pid 12345)\n\u001b[1m\u4e2d\u4e2d\u4e2d\u001b[0m\n");

    assertThat(page.window(20, 9))
        .containsExactly(
            "SIGTERM to server ", "(pid 12345)", "\u001b[1m\u4e2d\u4e2d\u4e2d\u001b[0m");
    assertThat(String.join("", page.window(5, 9))).contains("\u4e2d\u4e2d", "\u4e2d\u001b[0m");
    assertThat(page.window(1, 99)).allSatisfy(line -> assertThat(line).isNotEmpty());
  }
}

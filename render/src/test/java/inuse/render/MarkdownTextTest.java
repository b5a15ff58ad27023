package inuse.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Markdown as a terminal shows it. */
final class MarkdownTextTest {
  private static final String PAGE =
      """
      # time-wait

      One two three four
      five `six seven` eight.

      ## What to do

      `ss -tan state time-wait 'sport = :8080' and-more-than-fits`

      - an item that is longer
        than a line
      - another

          int on = 1;  /* never wrapped, however long it may be */\
      """;

  @Test
  void paragraphsAreWrappedAndCodeIsNot() {
    assertThat(MarkdownText.of(PAGE, 24, false))
        .isEqualTo(
            """
            time-wait

              One two three four
              five `six seven`
              eight.

            What to do

                ss -tan state time-wait 'sport = :8080' and-more-than-fits

              - an item that is
                longer than a line
              - another

                int on = 1;  /* never wrapped, however long it may be */
            """);
  }

  @Test
  void withColourHeadingsAndCodeAreBold() {
    assertThat(MarkdownText.of(PAGE, 24, true))
        .startsWith("\u001b[1mtime-wait\u001b[0m\n\n  One two three four\n")
        .contains("  five \u001b[1msix seven\u001b[0m eight.\n")
        .contains("    \u001b[1mss -tan");
  }

  @Test
  void aWordThatIsTooLongStandsAlone() {
    assertThat(MarkdownText.of("a http://example.org/very/long b", 10, false))
        .isEqualTo("  a\n  http://example.org/very/long\n  b\n");
  }

  @Test
  void aQuoteThatNeverEndsHarmsNothing() {
    assertThat(MarkdownText.of("one `two three four five six seven", 20, true))
        .endsWith("\u001b[0m\n");
  }
}

package inuse.core.ask.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One text becomes words as in a shell that expands nothing. */
final class CommandResolverTest {
  @Test
  void blanksSeparateWordsOutsideQuotes() {
    assertThat(CommandResolver.words(" python3  app.py\t--name 'a b' \"c \\\" d\" e\\ f '' $HOME"))
        .containsExactly("python3", "app.py", "--name", "a b", "c \" d", "e f", "", "$HOME");
  }

  @Test
  void nothingIsNoWord() {
    assertThat(CommandResolver.words("  ")).isEmpty();
  }
}

package inuse.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.io.Host;
import inuse.kernel.Errno;
import inuse.kernel.fake.FakeKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed under which locale, and when there is colour. */
final class TerminalTest {
  private final FakeKernel kernel = new FakeKernel();

  private Terminal terminal(String... variables) {
    kernel.file("/proc/self/environ", String.join("\0", variables));
    return new Terminal(Host.of(kernel));
  }

  @ParameterizedTest
  @CsvSource({
    "LC_ALL=C.UTF-8, LANG=C, true",
    "LANG=de_DE.utf8, X=y, true",
    "LC_ALL=C, LANG=C.UTF-8, false",
    "LC_ALL=, LANG=C.UTF-8, true",
    "LC_CTYPE=POSIX, LANG=C.UTF-8, false",
    "X=y, Y=z, false",
  })
  void whatIsNotAsciiIsSpelledOutWhereTheLocaleHasNoUtf8(String one, String other, boolean utf8) {
    terminal(one, other).print("m\u00fcnchen");

    assertThat(kernel.stdout()).isEqualTo(utf8 ? "m\u00fcnchen" : "m\\u{fc}nchen");
  }

  @Test
  void programsReadUtf8WhateverTheLocaleIs() {
    terminal("LC_ALL=C").printData("m\u00fcnchen");

    assertThat(kernel.stdout()).isEqualTo("m\u00fcnchen");
  }

  @Test
  void whatAFullPipeDoesNotTakeIsWrittenWhenThereIsRoomAgain() {
    kernel
        .refuse("write", "1", Errno.EAGAIN)
        .later(120_000_000_000L, () -> kernel.allow("write", "1"));
    Terminal terminal = terminal();

    assertThat(terminal.reaches("all of it")).isTrue();
    assertThat(kernel.stdout()).isEqualTo("all of it");
    assertThat(terminal.hasLost()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 5, 9})
  void whatCannotBeWrittenIsSaidOnceAndRemembered(int errno) {
    kernel.refuse("write", "1", new Errno(errno));
    Terminal terminal = terminal();

    assertThat(terminal.reaches("a")).isFalse();
    terminal.printData("b");
    assertThat(terminal.hasLost()).isTrue();
    assertThat(kernel.stderr()).isEqualTo("inuse: standard output: " + new Errno(errno) + "\n");
  }

  @Test
  void aReaderThatHasGoneLosesNothingThatItWants() {
    kernel.refuse("write", "1", Errno.EPIPE);
    Terminal terminal = terminal();

    assertThat(terminal.reaches("a")).isFalse();
    assertThat(terminal.hasLost()).isFalse();
  }

  @Test
  void aLineIsFoldedAtTheWidthItHasWhenItsCharactersAreSpelledOut() {
    kernel.terminal(80);
    terminal("LC_ALL=C").print("\u00fc".repeat(14) + "  fix    curl\n");

    assertThat(kernel.stdout())
        .isEqualTo("\\u{fc}".repeat(13) + "\\u\n       > {fc}  fix    curl\n");
  }

  @Test
  void theEnvironmentIsTheOneThatTheKernelHandedOver() {
    kernel.environment("LANG=C.UTF-8\0PATH=/bin\0");
    Terminal terminal = terminal("LANG=C");

    assertThat(terminal.environment()).containsExactly("LANG=C.UTF-8", "PATH=/bin");
    assertThat(terminal.environment("LANG")).contains("C.UTF-8");
  }

  @Test
  void colourIsAsWanted() {
    Terminal terminal = terminal("NO_COLOR=1");

    assertThat(terminal.isColourful()).isFalse();
    terminal.colour(Colour.ALWAYS);
    assertThat(terminal.isColourful()).isTrue();
    terminal.colour(Colour.NEVER);
    assertThat(terminal.isColourful()).isFalse();
  }
}

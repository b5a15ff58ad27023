package inuse.cli.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, as xterm, the Linux console and tmux send them. */
final class KeyDecoderTest {
  private final KeyDecoder decoder = new KeyDecoder();

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String written(String sequence) {
    return sequence.replace("ESC", "\u001b");
  }

  @ParameterizedTest
  @CsvSource({
    "ESC[A, UP", "ESC[B, DOWN", "ESC[C, RIGHT", "ESC[D, LEFT", "ESCOA, UP", "ESCOF, END",
    "ESC[H, HOME", "ESC[1~, HOME", "ESC[7~, HOME", "ESC[4~, END", "ESC[F, END", "ESC[5~, PAGE_UP",
    "ESC[6~, PAGE_DOWN", "ESC[1;5A, UP", "ESCOM, ENTER",
  })
  void aSequenceIsAKey(String sequence, Key.Named key) {
    assertThat(decoder.take(written(sequence))).containsExactly(key);
    assertThat(decoder.isWaiting()).isFalse();
  }

  /** However few bytes arrive at once. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ESC[A", "ESC[1;5A", "ESCOA", "ESC[[A", "ESC]0;title\u0007", "ESCP1$rESC\\"})
  void aSequenceMayComeInPieces(String sequence) {
    List<Key> whole = new KeyDecoder().take(written(sequence) + "x");
    List<Key> pieces = new ArrayList<>();
    for (char one : (written(sequence) + "x").toCharArray()) {
      pieces.addAll(decoder.take(String.valueOf(one)));
    }

    assertThat(pieces).isEqualTo(whole).endsWith(new Key.Text('x'));
  }

  @Test
  void controlCharactersAreKeys() {
    assertThat(decoder.take("\r\n\u007f\b\u0015\f\u0000\u0001"))
        .containsExactly(
            Key.Named.ENTER,
            Key.Named.ENTER,
            Key.Named.BACKSPACE,
            Key.Named.BACKSPACE,
            Key.Named.CLEAR,
            Key.Named.REDRAW);
  }

  @Test
  void aLoneEscapeIsAKeyOnceNothingElseComes() {
    assertThat(decoder.take("\u001b")).isEmpty();
    assertThat(decoder.isWaiting()).isTrue();
    assertThat(decoder.rest()).containsExactly(Key.Named.ESCAPE);
    assertThat(decoder.rest()).isEmpty();
  }

  @Test
  void anEscapeBeforeAnotherKeyIsOneToo() {
    assertThat(decoder.take("\u001bq")).containsExactly(Key.Named.ESCAPE, new Key.Text('q'));
    assertThat(decoder.take("\u001b\u001b[A")).containsExactly(Key.Named.ESCAPE, Key.Named.UP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\u4e2d", "\uD83D\uDE00", "a"})
  void textIsUtf8(String text) {
    int point = text.codePointAt(0);
    assertThat(decoder.take(bytes(text))).containsExactly(new Key.Text(point));
    List<Key> keys = new ArrayList<>();
    for (char one : bytes(text).toCharArray()) {
      keys.addAll(decoder.take(String.valueOf(one)));
    }
    assertThat(keys).containsExactly(new Key.Text(point));
  }

  /** Overlong forms, surrogates, C1 controls, and what is behind the last character. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00c0\u0080",
        "\u00e0\u0080\u0080",
        "\u00ed\u00a0\u0080",
        "\u00c2\u009b",
        "\u00ff",
        "\u00f5\u0080\u0080\u0080",
        "\u00f4\u0090\u0080\u0080",
        "\u0080",
        "\u00e4\u00b8"
      })
  void whatIsNoTextIsLeftOut(String bytes) {
    assertThat(decoder.take(bytes + "x")).containsExactly(new Key.Text('x'));
  }

  /** Cut by another key, unknown, without an end, or longer than any. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ESC[1;\r", "ESC[99~\r", "ESC[?1;2c\r", "ESC[<0;1;1Q\r", "ESC]52;c;xESC\\\r"})
  void whatIsNoKeyOfOursCostsNoOther(String sequence) {
    assertThat(decoder.take(written(sequence))).containsExactly(Key.Named.ENTER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ESC[1;", "ESC]52;c;", "ESCP", "ESC_", "ESCO", "ESC[[", "\u00e4"})
  void whatNeverEndsIsForgottenOnceNothingElseComes(String sequence) {
    assertThat(decoder.take(written(sequence))).isEmpty();
    assertThat(decoder.rest()).isEmpty();
    assertThat(decoder.take("x")).containsExactly(new Key.Text('x'));
  }

  @Test
  void endlessParametersAreNotKept() {
    decoder.take("\u001b[" + "1;".repeat(10_000));

    assertThat(decoder.take("q")).contains(new Key.Text('q'));
  }

  @Test
  void randomBytesAreNeverAnError() {
    Random random = new Random(3);
    String interesting = "\u001b[O]P;?0~A\u0007\\\r\u00e4\u00b8\u00ad\u009b\u00ff";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder bytes = new StringBuilder();
      for (int length = random.nextInt(9); length > 0; length--) {
        bytes.append(
            random.nextBoolean()
                ? interesting.charAt(random.nextInt(interesting.length()))
                : (char) random.nextInt(256));
      }
      decoder.take(bytes.toString());
      if (random.nextInt(4) == 0) {
        decoder.rest();
        assertThat(decoder.take("x")).containsExactly(new Key.Text('x'));
      }
    }
  }
}

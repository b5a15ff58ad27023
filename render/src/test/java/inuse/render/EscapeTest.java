package inuse.render;

import static org.assertj.core.api.Assertions.assertThat;

import inuse.core.evidence.Phrase;
import inuse.core.evidence.Untrusted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing that another process wrote can do anything to a terminal. */
final class EscapeTest {
  /** Letters without a shape. */
  private static final Set<Integer> FILLERS = Set.of(0x115f, 0x1160, 0x3164, 0xffa0);

  private static String text(String bytes) {
    return Escape.text(new Untrusted(bytes));
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void controlCharactersAreSpelledOut() {
    assertThat(text("\u001b[2J\u0007\n\r\t\b\0\u007f"))
        .isEqualTo("\\x1b[2J\\x07\\x0a\\x0d\\x09\\x08\\x00\\x7f");
  }

  @Test
  void theOtherControlCharactersAreSpelledOutAsByteAndAsUtf8() {
    assertThat(text("\u009b2J")).isEqualTo("\\x9b2J");
    assertThat(text("\u00c2\u009b2J")).isEqualTo("\\u{9b}2J");
  }

  @ParameterizedTest
  @CsvSource({
    "202e, RLO",
    "200b, ZWSP",
    "2066, LRI",
    "feff, BOM",
    "ad, SHY",
    "e0041, TAG",
    "2028, LS",
    "e000, private",
    "a0, NBSP",
    "890, Cf since Unicode 14",
    "8e2, Cf since Unicode 9",
    "110cd, Cf since Unicode 11",
    "13430, Cf since Unicode 12",
    "1343f, Cf since Unicode 15",
    "115f, a filler of Hangul",
    "3164, a filler of Hangul",
    "ffa0, a filler of Hangul",
    "16fe4, a filler of Khitan",
    "34f, CGJ",
    "17b4, a vowel without a shape",
    "180b, a variation selector",
    "fe0f, a variation selector",
    "e0100, a variation selector",
    "2007, FIGURE SPACE",
    "3000, IDEOGRAPHIC SPACE",
    "1680, OGHAM SPACE",
    "2800, BRAILLE BLANK",
    "1d159, NULL NOTEHEAD"
  })
  void charactersThatNobodySeesAreSpelledOut(String hex, String name) {
    String point = Character.toString(Integer.parseInt(hex, 16));

    assertThat(text(utf8("a" + point + "b"))).as(name).isEqualTo("a\\u{" + hex + "}b");
  }

  @Test
  void everyInvisibleOrBlankCharacterThatThisJavaKnowsIsSpelledOut() {
    List<Byte> hidden =
        List.of(
            Character.CONTROL,
            Character.FORMAT,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SPACE_SEPARATOR);
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point != ' ' && hidden.contains((byte) Character.getType(point))) {
        assertThat(Escape.isHidden(point)).as("U+%04X", point).isTrue();
      }
      if (Character.isLetterOrDigit(point) && !FILLERS.contains(point)) {
        assertThat(Escape.isHidden(point)).as("U+%04X", point).isFalse();
      }
    }
  }

  @Test
  void aNameOfBlanksIsSeen() {
    assertThat(text("   ")).isEqualTo("\\x20\\x20\\x20");
    assertThat(text("a  fix    b")).isEqualTo("a \\x20fix \\x20\\x20\\x20b");
    assertThat(Escape.word(new Untrusted(" a  b "))).isEqualTo(" a  b ");
    assertThat(text(" ")).isEqualTo("\\x20");
    assertThat(text(" a b ")).isEqualTo("\\x20a b\\x20");
  }

  @Test
  void whatPeopleWriteStays() {
    for (String word :
        new String[] {"nginx", "Grüße", "日本語", "😀", "ελληνικά", "a b", "100%", "é"}) {
      assertThat(text(utf8(word))).isEqualTo(word);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "80, a lone continuation",
    "c3, cut short",
    "e282, cut short",
    "f09f98, cut short",
    "c080, overlong NUL",
    "c1bf, overlong",
    "e08080, overlong",
    "f0808080, overlong",
    "eda080, a surrogate",
    "edbfbf, a surrogate",
    "f4908080, above Unicode",
    "f8888080, five bytes",
    "ff, no UTF-8",
    "fe, no UTF-8",
    "c328, a wrong continuation"
  })
  void bytesThatAreNoUtf8AreSpelledOut(String hex, String why) {
    StringBuilder bytes = new StringBuilder();
    StringBuilder spelled = new StringBuilder();
    for (int i = 0; i < hex.length(); i += 2) {
      int value = Integer.parseInt(hex.substring(i, i + 2), 16);
      bytes.append((char) value);
      spelled.append(value < 0x80 ? Character.toString(value) : "\\x" + hex.substring(i, i + 2));
    }

    assertThat(text(bytes.toString())).as(why).isEqualTo(spelled.toString());
    assertThat(text("<" + bytes + ">")).as(why).isEqualTo("<" + spelled + ">");
  }

  @Test
  void aBackslashThatWasWrittenStaysAHarmlessBackslash() {
    assertThat(text("\\")).isEqualTo("\\");
    assertThat(text("\\x1b[31m\\")).isEqualTo("\\x1b[31m\\");
  }

  @Test
  void whateverTheBytesNothingATerminalObeysComesOut() {
    Random random = new Random(20261122);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder bytes = new StringBuilder();
      for (int j = random.nextInt(12); j > 0; j--) {
        bytes.append((char) random.nextInt(256));
      }
      Untrusted untrusted = new Untrusted(bytes.toString());
      String shown = Escape.text(untrusted);
      assertThat(shown.codePoints().allMatch(EscapeTest::isHarmless)).as(shown).isTrue();
      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(Escape.json(untrusted))).isTrue();
    }
  }

  private static boolean isHarmless(int point) {
    return point >= 0x20
        && !(point >= 0x7f && point <= 0x9f)
        && Character.getType(point) != Character.FORMAT
        && Character.getType(point) != Character.SURROGATE
        && Character.getType(point) != Character.LINE_SEPARATOR
        && Character.getType(point) != Character.PARAGRAPH_SEPARATOR;
  }

  @Test
  void inASentenceOnlyTheirsIsEscaped() {
    assertThat(Escape.text(Phrase.of("“").then(new Untrusted("\u001b")).then("” …")))
        .isEqualTo("“\\x1b” …");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "/a-b_c.d:e=f@g%h+1, /a-b_c.d:e=f@g%h+1",
        "a b, 'a b'",
        "``, ''",
        "it's, 'it'\\''s'",
        "$(reboot), '$(reboot)'",
        "a;b, 'a;b'",
        "*, '*'",
        "~, '~'",
        "#x, '#x'"
      })
  void anArgumentIsQuotedWhereAShellWouldReadIt(String argument, String quoted) {
    assertThat(Escape.shell(argument)).isEqualTo(quoted);
  }

  @Test
  void aBashThatReadsAQuotedArgumentGetsItBack() throws Exception {
    for (String argument : new String[] {"it's $HOME `x` \\ \"y\"", "a\nb", "", "!*?[]{}"}) {
      Process shell = new ProcessBuilder("sh", "-c", "printf %s " + Escape.shell(argument)).start();
      assertThat(shell.getInputStream().readAllBytes())
          .isEqualTo(argument.getBytes(StandardCharsets.UTF_8));
    }
  }
}
